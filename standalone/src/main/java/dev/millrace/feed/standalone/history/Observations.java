package dev.millrace.feed.standalone.history;

import dev.millrace.standalone.history.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What people outside saw, in the order they saw it. One thread writes. */
public final class Observations {
    private final List<Exchange> commands = new ArrayList<>();
    private final List<PageRead> pages = new ArrayList<>();
    private final List<ListRead> lists = new ArrayList<>();
    private final List<ProfileRead> profiles = new ArrayList<>();
    private final Map<PostShown, PostShown> shown = new HashMap<>();

    /** A call that wants to change something. */
    public void called(Exchange command) {
        commands.add(command);
    }

    public void saw(PageRead page) {
        pages.add(page);
    }

    public void saw(ListRead list) {
        lists.add(list);
    }

    public void saw(ProfileRead profile) {
        profiles.add(profile);
    }

    /** The same, kept once: a post is shown thousands of times. */
    public PostShown once(PostShown post) {
        return shown.computeIfAbsent(post, first -> first);
    }

    List<Exchange> commands() {
        return commands;
    }

    List<PageRead> pages() {
        return pages;
    }

    List<ListRead> lists() {
        return lists;
    }

    List<ProfileRead> profiles() {
        return profiles;
    }

    /** How many pages of any kind. */
    public long reads() {
        return (long) pages.size() + lists.size() + profiles.size();
    }
}
