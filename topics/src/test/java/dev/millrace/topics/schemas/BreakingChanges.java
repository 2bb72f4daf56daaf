package dev.millrace.topics.schemas;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_ENUM;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_MESSAGE;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds what makes bytes unreadable that were written by the schemas before: anything gone without its number being
 * reserved, and anything that means something else than it did. Additions break nothing.
 */
public final class BreakingChanges {
    private final List<String> found = new ArrayList<>();

    private BreakingChanges() {}

    /** One line each, in the schemas' order; empty if everything written before is still readable. */
    public static List<String> between(FileDescriptorSet before, FileDescriptorSet now) {
        var changes = new BreakingChanges();
        Map<String, DescriptorProto> messages = messages(now);
        Map<String, EnumDescriptorProto> enums = enums(now);
        messages(before).forEach((name, message) -> {
            DescriptorProto today = messages.get(name);
            if (today == null) {
                changes.found.add("message " + name + " is gone");
            } else {
                changes.compare(name, message, today);
            }
        });
        enums(before).forEach((name, values) -> {
            EnumDescriptorProto today = enums.get(name);
            if (today == null) {
                changes.found.add("enum " + name + " is gone");
            } else {
                changes.compare(name, values, today);
            }
        });
        return changes.found;
    }

    private void compare(String message, DescriptorProto before, DescriptorProto now) {
        Map<Integer, FieldDescriptorProto> fields = now.getFieldList().stream()
                .collect(Collectors.toMap(FieldDescriptorProto::getNumber, Function.identity()));
        for (FieldDescriptorProto field : before.getFieldList()) {
            String name = message + "." + field.getName() + " = " + field.getNumber();
            FieldDescriptorProto today = fields.get(field.getNumber());
            if (today != null) {
                compare(name, field, today, inOneof(field, before), inOneof(today, now));
            } else if (!reserves(now, field)) {
                found.add(name + " is gone (expected: its number and name reserved)");
            }
        }
        before.getReservedRangeList().stream()
                .filter(range -> now.getReservedRangeList().stream()
                        .noneMatch(r -> r.getStart() <= range.getStart() && r.getEnd() >= range.getEnd()))
                .forEach(range ->
                        found.add(message + " no longer reserves " + range.getStart() + ".." + (range.getEnd() - 1)));
    }

    private void compare(
            String name, FieldDescriptorProto before, FieldDescriptorProto now, String oneofBefore, String oneofNow) {
        differ(name, "name", before.getName(), now.getName());
        differ(name, "type", type(before), type(now));
        differ(name, "label", label(before), label(now));
        differ(name, "oneof", oneofBefore, oneofNow);
    }

    private void compare(String name, EnumDescriptorProto before, EnumDescriptorProto now) {
        Map<Integer, String> values = now.getValueList().stream()
                .collect(Collectors.toMap(
                        EnumValueDescriptorProto::getNumber,
                        EnumValueDescriptorProto::getName,
                        (first, alias) -> first));
        for (EnumValueDescriptorProto value : before.getValueList()) {
            String today = values.get(value.getNumber());
            String what = name + "." + value.getName() + " = " + value.getNumber();
            if (today != null) {
                differ(what, "name", value.getName(), today);
            } else if (now.getReservedRangeList().stream()
                    .noneMatch(r -> r.getStart() <= value.getNumber() && value.getNumber() <= r.getEnd())) {
                found.add(what + " is gone (expected: its number reserved)");
            }
        }
    }

    private void differ(String name, String what, String before, String now) {
        if (!before.equals(now)) {
            found.add(name + ": " + what + " " + now + " (expected: " + before + ")");
        }
    }

    private static boolean reserves(DescriptorProto message, FieldDescriptorProto field) {
        return message.getReservedNameList().contains(field.getName())
                && message.getReservedRangeList().stream()
                        .anyMatch(r -> r.getStart() <= field.getNumber() && field.getNumber() < r.getEnd());
    }

    private static String type(FieldDescriptorProto field) {
        return field.getType() == TYPE_MESSAGE || field.getType() == TYPE_ENUM
                ? field.getTypeName().substring(1)
                : field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
    }

    private static String label(FieldDescriptorProto field) {
        return switch (field.getLabel()) {
            case LABEL_REPEATED -> "repeated";
            case LABEL_REQUIRED -> "required";
            case LABEL_OPTIONAL -> field.getProto3Optional() ? "optional" : "singular";
        };
    }

    /** Name of the oneof a field is in, or "none"; the one that protoc makes for `optional` doesn't count. */
    private static String inOneof(FieldDescriptorProto field, DescriptorProto message) {
        return field.hasOneofIndex() && !field.getProto3Optional()
                ? message.getOneofDecl(field.getOneofIndex()).getName()
                : "none";
    }

    private static Map<String, DescriptorProto> messages(FileDescriptorSet set) {
        Map<String, DescriptorProto> messages = new TreeMap<>();
        for (FileDescriptorProto file : set.getFileList()) {
            file.getMessageTypeList().forEach(message -> collect(file.getPackage(), message, messages));
        }
        return messages;
    }

    private static void collect(String scope, DescriptorProto message, Map<String, DescriptorProto> messages) {
        String name = scope + "." + message.getName();
        messages.put(name, message);
        message.getNestedTypeList().forEach(nested -> collect(name, nested, messages));
    }

    private static Map<String, EnumDescriptorProto> enums(FileDescriptorSet set) {
        Map<String, EnumDescriptorProto> enums = new TreeMap<>();
        for (FileDescriptorProto file : set.getFileList()) {
            file.getEnumTypeList().forEach(type -> enums.put(file.getPackage() + "." + type.getName(), type));
        }
        messages(set)
                .forEach((name, message) ->
                        message.getEnumTypeList().forEach(type -> enums.put(name + "." + type.getName(), type)));
        return enums;
    }
}
