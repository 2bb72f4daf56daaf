package dev.millrace.files.flink;

import java.util.ArrayList;
import java.util.List;

/**
 * A file or folder in a {@link SharedTree}.
 *
 * @param parentId its folder, 32 hex digits
 * @param grants shares of exactly this node, a hundred at most
 */
public record TreeNode(String parentId, List<Grant> grants) {
    TreeNode in(String folderId) {
        return new TreeNode(folderId, grants);
    }

    TreeNode with(Grant grant) {
        List<Grant> all = new ArrayList<>(without(grant.shareId()).grants);
        all.add(grant);
        return new TreeNode(parentId, all);
    }

    TreeNode without(String shareId) {
        return new TreeNode(
                parentId,
                grants.stream()
                        .filter(grant -> !grant.shareId().equals(shareId))
                        .toList());
    }
}
