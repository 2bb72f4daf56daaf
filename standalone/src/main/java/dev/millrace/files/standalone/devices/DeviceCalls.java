package dev.millrace.files.standalone.devices;

import dev.millrace.files.standalone.devices.DeviceDesk.Call;
import dev.millrace.standalone.trial.Desk.Reply;
import dev.millrace.standalone.trial.Person;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * How one device calls: each change with a key of its own. Some are sent twice at once, or again after their answer, or
 * their key with something else.
 */
final class DeviceCalls {
    private final DeviceDesk desk;
    private final Person person;
    private final Random random;

    DeviceCalls(DeviceDesk desk, Person person, Random random) {
        this.desk = desk;
        this.person = person;
        this.random = random;
    }

    DeviceDesk desk() {
        return desk;
    }

    String user() {
        return person.name();
    }

    Reply change(DeviceCall kind, HttpMethod method, String path, @Nullable JsonObject body)
            throws InterruptedException {
        String key = "device-" + Long.toHexString(random.nextLong());
        Call call = new Call(kind, person, method, path, key, body == null ? "" : body.encode());
        int odd = random.nextInt(100);
        if (odd < 3) {
            // A double click.
            var unused = desk.send(call);
        }
        Reply reply = desk.untilFinal(call);
        if (odd >= 3 && odd < 8) {
            // Sent again though it was answered: the same answer.
            var unused = desk.send(call);
        } else if (odd >= 8 && odd < 10 && body != null) {
            // The same to a reader, and another body to whoever compares.
            var unused = desk.send(call.withBody(call.body() + " "));
        }
        return reply;
    }

    /** What is asked for and changes nothing, until it is told. */
    Reply ask(DeviceCall kind, HttpMethod method, String path, String body) throws InterruptedException {
        return desk.untilFinal(new Call(kind, person, method, path, null, body));
    }

    /** One look, whatever comes of it. */
    Reply look(DeviceCall kind, String path) {
        return desk.once(new Call(kind, person, HttpMethod.GET, path, null, ""));
    }
}
