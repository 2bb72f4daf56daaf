package dev.millrace.topics.schemas;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import dev.millrace.feed.topics.v1.FollowCommand;
import dev.millrace.feed.topics.v1.PostCommand;
import dev.millrace.feed.topics.v1.TimelineRecord;
import dev.millrace.files.topics.v1.AccessFact;
import dev.millrace.files.topics.v1.ChunkFact;
import dev.millrace.files.topics.v1.Manifest;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.SyncEvent;
import dev.millrace.tickets.topics.v1.SeatCommand;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.v1.Account;
import dev.millrace.topics.v1.Position;
import java.util.List;
import java.util.stream.Stream;

/** Every message there is: on the wire, in state, in questions and answers. */
public final class Contract {
    /** Each after what it imports. */
    static final List<FileDescriptor> FILES = List.of(
            Position.getDescriptor().getFile(),
            Account.getDescriptor().getFile(),
            Venue.getDescriptor().getFile(),
            SeatCommand.getDescriptor().getFile(),
            PostCommand.getDescriptor().getFile(),
            FollowCommand.getDescriptor().getFile(),
            TimelineRecord.getDescriptor().getFile(),
            Manifest.getDescriptor().getFile(),
            NamespaceCommand.getDescriptor().getFile(),
            AccessFact.getDescriptor().getFile(),
            SyncEvent.getDescriptor().getFile(),
            ChunkFact.getDescriptor().getFile());

    private Contract() {}

    /** As protoc would write it, without comments. */
    public static FileDescriptorSet descriptors() {
        var set = FileDescriptorSet.newBuilder();
        FILES.forEach(file -> set.addFile(file.toProto()));
        return set.build();
    }

    /** Messages, nested ones too, each by its generated class. */
    public static Stream<Message> messages() {
        return FILES.stream()
                .flatMap(file -> file.getMessageTypes().stream())
                .flatMap(Contract::withNested)
                .map(Contract::generated);
    }

    private static Stream<Descriptor> withNested(Descriptor type) {
        return Stream.concat(Stream.of(type), type.getNestedTypes().stream().flatMap(Contract::withNested));
    }

    private static Message generated(Descriptor type) {
        FileDescriptor file = type.getFile();
        String inPackage = type.getFullName().substring(file.getPackage().length() + 1);
        String className = file.getOptions().getJavaPackage() + "." + inPackage.replace('.', '$');
        try {
            return Internal.getDefaultInstance(Class.forName(className).asSubclass(Message.class));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(type.getFullName() + " has no class " + className, e);
        }
    }
}
