package dev.millrace.topics.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto.EnumReservedRange;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BreakingChangesTest {
    private static final FileDescriptorProto BEFORE = FileDescriptorProto.newBuilder()
            .setPackage("p")
            .addMessageType(DescriptorProto.newBuilder()
                    .setName("M")
                    .addField(field("seats", 1, FieldDescriptorProto.Type.TYPE_INT32))
                    .addField(field("status", 2, FieldDescriptorProto.Type.TYPE_ENUM)
                            .setTypeName(".p.E"))
                    .addOneofDecl(OneofDescriptorProto.newBuilder().setName("kind"))
                    .addField(field("text", 3, FieldDescriptorProto.Type.TYPE_STRING)
                            .setOneofIndex(0))
                    .addReservedRange(ReservedRange.newBuilder().setStart(9).setEnd(10))
                    .addNestedType(DescriptorProto.newBuilder().setName("N")))
            .addEnumType(EnumDescriptorProto.newBuilder()
                    .setName("E")
                    .addValue(value("A", 0))
                    .addValue(value("B", 1)))
            .build();

    static Stream<Arguments> breaks() {
        return Stream.of(
                Arguments.of("p.M.seats = 1 is gone", message(m -> m.removeField(0))),
                Arguments.of(
                        "p.M.seats = 1 is gone",
                        message(m -> m.getFieldBuilder(0).setNumber(4))),
                Arguments.of(
                        "p.M.seats = 1: name places (expected: seats)",
                        message(m -> m.getFieldBuilder(0).setName("places"))),
                Arguments.of(
                        "p.M.seats = 1: type int64 (expected: int32)",
                        message(m -> m.getFieldBuilder(0).setType(FieldDescriptorProto.Type.TYPE_INT64))),
                Arguments.of(
                        "p.M.status = 2: type p.M.N (expected: p.E)",
                        message(m -> m.getFieldBuilder(1)
                                .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                                .setTypeName(".p.M.N"))),
                Arguments.of(
                        "p.M.seats = 1: label repeated (expected: singular)",
                        message(m -> m.getFieldBuilder(0).setLabel(Label.LABEL_REPEATED))),
                Arguments.of(
                        "p.M.seats = 1: label optional (expected: singular)",
                        message(m -> m.getFieldBuilder(0).setProto3Optional(true))),
                Arguments.of(
                        "p.M.text = 3: oneof none (expected: kind)",
                        message(m -> m.getFieldBuilder(2).clearOneofIndex())),
                Arguments.of(
                        "p.M.seats = 1: oneof kind (expected: none)",
                        message(m -> m.getFieldBuilder(0).setOneofIndex(0))),
                Arguments.of("p.M no longer reserves 9..9", message(m -> m.clearReservedRange())),
                Arguments.of("message p.M.N is gone", message(m -> m.removeNestedType(0))),
                Arguments.of("message p.M is gone", file(f -> f.setPackage("q"))),
                Arguments.of("enum p.E is gone", file(f -> f.removeEnumType(0))),
                Arguments.of("p.E.B = 1 is gone", values(e -> e.removeValue(1))),
                Arguments.of(
                        "p.E.B = 1: name C (expected: B)",
                        values(e -> e.getValueBuilder(1).setName("C"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void whatMakesOldBytesUnreadableIsFound(String expected, FileDescriptorProto now) {
        assertThat(between(now)).anySatisfy(found -> assertThat(found).startsWith(expected));
    }

    static Stream<FileDescriptorProto> allowed() {
        return Stream.of(
                BEFORE,
                message(m -> m.addField(field("added", 4, FieldDescriptorProto.Type.TYPE_STRING))),
                message(m -> m.removeField(0)
                        .addReservedName("seats")
                        .addReservedRange(ReservedRange.newBuilder().setStart(1).setEnd(2))),
                file(f -> f.addMessageType(DescriptorProto.newBuilder().setName("Added"))),
                values(e -> e.addValue(value("C", 2))),
                values(e -> e.removeValue(1)
                        .addReservedRange(
                                EnumReservedRange.newBuilder().setStart(1).setEnd(1))));
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void additionsAndReservedRemovalsBreakNothing(FileDescriptorProto now) {
        assertThat(between(now)).isEmpty();
    }

    @Test
    void everyChangeIsNamed() {
        assertThat(between(message(m -> m.clearField()))).hasSize(3);
    }

    private static List<String> between(FileDescriptorProto now) {
        return BreakingChanges.between(set(BEFORE), set(now));
    }

    private static FileDescriptorSet set(FileDescriptorProto file) {
        return FileDescriptorSet.newBuilder().addFile(file).build();
    }

    private static FileDescriptorProto file(Consumer<FileDescriptorProto.Builder> change) {
        var file = BEFORE.toBuilder();
        change.accept(file);
        return file.build();
    }

    private static FileDescriptorProto message(Consumer<DescriptorProto.Builder> change) {
        return file(file -> change.accept(file.getMessageTypeBuilder(0)));
    }

    private static FileDescriptorProto values(Consumer<EnumDescriptorProto.Builder> change) {
        return file(file -> change.accept(file.getEnumTypeBuilder(0)));
    }

    private static FieldDescriptorProto.Builder field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(Label.LABEL_OPTIONAL);
    }

    private static EnumValueDescriptorProto value(String name, int number) {
        return EnumValueDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .build();
    }
}
