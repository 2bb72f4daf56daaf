package dev.millrace.files.ingest;

import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceCommand;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.RegisterDevice;
import dev.millrace.files.topics.v1.RemoveDevice;
import dev.millrace.ingest.CommandRoutes;
import dev.millrace.ingest.Expect;
import dev.millrace.topics.http.Caller;
import dev.millrace.topics.http.Problem;
import dev.millrace.topics.http.StrictJson;
import dev.millrace.topics.http.Times;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One's devices: what each is called, and that one isn't one's own any more. */
final class DeviceRoutes {
    private static final int NAME_CHARS_MAX = 100;

    private final NamespaceDesk desk;

    record Named(@Nullable String name) {}

    DeviceRoutes(NamespaceDesk desk) {
        this.desk = desk;
    }

    void addTo(CommandRoutes routes) {
        routes.forUsers(HttpMethod.PUT, "/devices/:deviceId").handler(this::register);
        routes.forUsers(HttpMethod.DELETE, "/devices/:deviceId").handler(this::remove);
    }

    private void register(RoutingContext ctx) {
        String id = deviceId(ctx);
        String name = Expect.text("name", StrictJson.body(ctx, Named.class).name(), 1, NAME_CHARS_MAX);
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw Expect.invalid("name", name, "no control characters");
        }
        send(
                ctx,
                NamespaceCommand.newBuilder()
                        .setRegisterDevice(
                                RegisterDevice.newBuilder().setDeviceId(id).setName(name)));
    }

    private void remove(RoutingContext ctx) {
        send(
                ctx,
                NamespaceCommand.newBuilder()
                        .setRemoveDevice(RemoveDevice.newBuilder().setDeviceId(deviceId(ctx))));
    }

    private static String deviceId(RoutingContext ctx) {
        String id = String.valueOf(ctx.pathParam("deviceId"));
        if (!Caller.isDeviceId(id)) {
            throw Problem.of(400, "INVALID_PARAMETER", "deviceId", id, Caller.DEVICE_ID);
        }
        return id;
    }

    private void send(RoutingContext ctx, NamespaceCommand.Builder command) {
        desk.send(
                ctx,
                NamespaceDesk.own(ctx),
                command,
                new NamespaceDesk.Answer(200, decision -> "/devices", DeviceRoutes::body));
    }

    private static Map<String, Object> body(NamespaceOutcome outcome) {
        Device device = outcome.getDevice();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deviceId", device.getDeviceId());
        body.put("name", device.getName());
        body.put("registeredAt", Times.text(device.getRegisteredAtMillis()));
        if (device.getRemovedAtMillis() != 0) {
            body.put("removedAt", Times.text(device.getRemovedAtMillis()));
        }
        return body;
    }
}
