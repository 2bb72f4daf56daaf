package dev.millrace.topics.schemas;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Random;

/** Messages of any type with any content: every field may be there or not, numbers like to be at their limits. */
final class AnyMessage {
    private static final long[] LIMITS = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random;

    AnyMessage(Random random) {
        this.random = random;
    }

    Message like(Message type) {
        return fill(type.newBuilderForType()).build();
    }

    private Message.Builder fill(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                for (int left = random.nextInt(4); left > 0; left--) {
                    message.addRepeatedField(field, value(message, field));
                }
            } else if (random.nextInt(4) > 0) {
                message.setField(field, value(message, field));
            }
        }
        return message;
    }

    private Object value(Message.Builder message, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> (int) number();
            case LONG -> number();
            case FLOAT -> Float.intBitsToFloat(random.nextInt());
            case DOUBLE -> random.nextInt(8) == 0 ? Double.NaN : Double.longBitsToDouble(random.nextLong());
            case BOOLEAN -> random.nextBoolean();
            case STRING -> text();
            case BYTE_STRING -> bytes();
            case ENUM -> anyOf(field.getEnumType());
            case MESSAGE -> fill(message.newBuilderForField(field)).build();
        };
    }

    private long number() {
        return random.nextBoolean() ? LIMITS[random.nextInt(LIMITS.length)] : random.nextLong();
    }

    private String text() {
        return random.ints(0, Character.MAX_CODE_POINT + 1)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .limit(random.nextInt(6))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private ByteString bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private Object anyOf(EnumDescriptor type) {
        return type.getValues().get(random.nextInt(type.getValues().size()));
    }
}
