package dev.millrace.files.rules;

import dev.millrace.files.topics.v1.ChangeKind;
import dev.millrace.files.topics.v1.Device;
import dev.millrace.files.topics.v1.NamespaceOutcome;
import dev.millrace.files.topics.v1.NamespaceRefusalReason;
import dev.millrace.files.topics.v1.RegisterDevice;
import dev.millrace.files.topics.v1.Usage;

/** Devices of a namespace's user. Whatever a removed one sends is refused, for good. */
final class DeviceRules {
    private static final int DEVICES_MAX = 1_000;

    private final Step step;

    DeviceRules(Step step) {
        this.step = step;
    }

    NamespaceDecision register(RegisterDevice register) {
        if (!step.owner) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, "");
        }
        Device known = step.book.device(register.getDeviceId());
        if (known != null && known.getRemovedAtMillis() != 0) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_DEVICE_REMOVED, register.getDeviceId());
        }
        if (known != null && known.getName().equals(register.getName())) {
            return Step.unchanged(outcome(known));
        }
        Usage.Builder usage = step.usage().toBuilder();
        if (known == null) {
            if (usage.getDevices() >= DEVICES_MAX) {
                return Step.refused(NamespaceRefusalReason.NAMESPACE_DEVICES_TOO_MANY, DEVICES_MAX + " devices");
            }
            usage.setDevices(usage.getDevices() + 1);
        }
        Device device = (known == null ? Device.newBuilder().setRegisteredAtMillis(step.now) : known.toBuilder())
                .setDeviceId(register.getDeviceId())
                .setName(register.getName())
                .build();
        return Step.done(
                step.fact(ChangeKind.CHANGE_DEVICE_REGISTERED).setDevice(device).setUsage(usage), outcome(device));
    }

    NamespaceDecision remove(String deviceId) {
        if (!step.owner) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_NOT_OWNER, "");
        }
        Device known = step.book.device(deviceId);
        if (known == null) {
            return Step.refused(NamespaceRefusalReason.NAMESPACE_DEVICE_UNKNOWN, deviceId);
        }
        if (known.getRemovedAtMillis() != 0) {
            return Step.unchanged(outcome(known));
        }
        Device removed = known.toBuilder().setRemovedAtMillis(step.now).build();
        return Step.done(step.fact(ChangeKind.CHANGE_DEVICE_REMOVED).setDevice(removed), outcome(removed));
    }

    private static NamespaceOutcome outcome(Device device) {
        return NamespaceOutcome.newBuilder().setDevice(device).build();
    }
}
