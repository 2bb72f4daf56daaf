package dev.millrace.topics.golden;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import dev.millrace.topics.TopicSpec;
import dev.millrace.topics.TopicSpec.Size;
import dev.millrace.topics.WireSerde;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue as AsyncAPI 3: a channel for each topic, with the shape of its messages. */
final class AsyncApiDocument {
    private static final String BINDING_VERSION = "0.5.0";
    private static final int REPLICAS = 3;

    private final List<TopicSpec<?>> catalogue;
    private final Map<String, Object> schemas = new TreeMap<>();

    AsyncApiDocument(List<TopicSpec<?>> catalogue) {
        this.catalogue = catalogue;
    }

    String text() {
        Map<String, Object> channels = new LinkedHashMap<>();
        Map<String, Object> messages = new TreeMap<>();
        for (TopicSpec<?> topic : catalogue) {
            channels.put(topic.name(), channel(topic));
            messages.put(messageName(topic), message(topic));
        }
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", "The log of Millrace");
        info.put("version", Byte.toString(WireSerde.WIRE_VERSION));
        info.put(
                "description",
                "Every topic and what is in it. A value is one byte of wire version (" + WireSerde.WIRE_VERSION
                        + "), then the protobuf message; the schemas here show its shape, with each field's number, and"
                        + " topics/src/main/proto has the definition.");
        info.put("license", Map.of("name", "Apache-2.0"));
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("messages", messages);
        components.put("schemas", schemas);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("asyncapi", "3.0.0");
        document.put("info", info);
        document.put("defaultContentType", "application/x-protobuf");
        document.put("channels", channels);
        document.put("components", components);
        return "# Made from TopicCatalogue by: " + GoldenFile.COMMAND + "\n" + Yaml.document(document);
    }

    private static Map<String, Object> channel(TopicSpec<?> topic) {
        Map<String, Object> settings = Settings.typed(topic.config(REPLICAS));
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("cleanup.policy", List.of(topic.cleanup().name().toLowerCase(Locale.ROOT)));
        known.put("retention.ms", settings.get("retention.ms"));
        known.put("max.message.bytes", settings.get("max.message.bytes"));
        Map<String, Object> kafka = new LinkedHashMap<>();
        kafka.put("topic", topic.name());
        kafka.put("partitions", topic.partitions().of(Size.CLUSTER));
        kafka.put("replicas", REPLICAS);
        kafka.put("topicConfiguration", known);
        kafka.put("bindingVersion", BINDING_VERSION);
        Map<String, Object> channel = new LinkedHashMap<>();
        channel.put("address", topic.name());
        channel.put("description", topic.why());
        channel.put("messages", Map.of(messageName(topic), ref("messages", messageName(topic))));
        channel.put("bindings", Map.of("kafka", kafka));
        channel.put("x-message-timestamp-type", settings.get("message.timestamp.type"));
        return channel;
    }

    private Map<String, Object> message(TopicSpec<?> topic) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("type", "string");
        key.put("description", topic.key());
        Map<String, Object> kafka = new LinkedHashMap<>();
        kafka.put("key", key);
        kafka.put("bindingVersion", BINDING_VERSION);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("name", messageName(topic));
        message.put("payload", payload(topic));
        message.put("bindings", Map.of("kafka", kafka));
        return message;
    }

    private Map<String, Object> payload(TopicSpec<?> topic) {
        if (!Message.class.isAssignableFrom(topic.valueType())) {
            return typed("string", "binary");
        }
        return schema(descriptor(topic));
    }

    private static String messageName(TopicSpec<?> topic) {
        return Message.class.isAssignableFrom(topic.valueType())
                ? descriptor(topic).getFullName()
                : "bytes";
    }

    private static Descriptor descriptor(TopicSpec<?> topic) {
        return Internal.getDefaultInstance(topic.valueType().asSubclass(Message.class))
                .getDescriptorForType();
    }

    /** A reference to the message's shape, which is added to the document if it isn't there yet. */
    private Map<String, Object> schema(Descriptor type) {
        String name = type.getFullName();
        if (!schemas.containsKey(name)) {
            Map<String, Object> properties = new LinkedHashMap<>();
            Map<String, Object> shape = new LinkedHashMap<>();
            shape.put("type", "object");
            shape.put("properties", properties);
            // Before its fields, so that a type that holds itself ends here.
            schemas.put(name, shape);
            type.getFields().forEach(field -> properties.put(field.getName(), property(field)));
        }
        return ref("schemas", name);
    }

    private Map<String, Object> property(FieldDescriptor field) {
        Map<String, Object> property = new LinkedHashMap<>();
        if (field.isRepeated()) {
            property.put("type", "array");
            property.put("items", value(field));
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            property.put("allOf", List.of(value(field)));
        } else {
            property.putAll(value(field));
        }
        property.put("x-field-number", field.getNumber());
        if (field.getRealContainingOneof() != null) {
            property.put("x-oneof", field.getRealContainingOneof().getName());
        }
        return property;
    }

    private Map<String, Object> value(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG -> typed("integer", field.getType().name());
            case FLOAT, DOUBLE -> typed("number", field.getType().name());
            case BOOLEAN -> Map.of("type", "boolean");
            case STRING -> Map.of("type", "string");
            case BYTE_STRING -> typed("string", "binary");
            case ENUM -> enumeration(field);
            case MESSAGE -> schema(field.getMessageType());
        };
    }

    private static Map<String, Object> enumeration(FieldDescriptor field) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("type", "string");
        value.put(
                "enum",
                field.getEnumType().getValues().stream()
                        .map(EnumValueDescriptor::getName)
                        .toList());
        return value;
    }

    private static Map<String, Object> typed(String type, String format) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("type", type);
        value.put("format", format.toLowerCase(Locale.ROOT));
        return value;
    }

    private static Map<String, Object> ref(String kind, String name) {
        return Map.of("$ref", "#/components/" + kind + "/" + name);
    }
}
