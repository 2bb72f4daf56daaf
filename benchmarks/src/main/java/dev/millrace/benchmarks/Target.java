package dev.millrace.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The system that is measured: one that `./millrace up` started on this machine. Requests go straight to the roles, as
 * behind a load balancer; the launcher's own gateway is there for convenience and isn't what is measured.
 */
public final class Target {
    private static final Duration TOKEN_LASTS = Duration.ofHours(6);

    private static final Set<String> SERVERS = Set.of("kafka", "postgres");

    private final Path data;
    private final JsonObject status;
    private final RSAKey key;

    private Target(Path data, JsonObject status, RSAKey key) {
        this.data = data;
        this.status = status;
        this.key = key;
    }

    /**
     * @param data the launcher's data folder
     * @throws IllegalStateException if nothing was ever started there
     */
    public static Target in(Path data) {
        Path status = data.resolve("status.json");
        if (!Files.exists(status)) {
            throw new IllegalStateException(status + " is missing (expected: a system that `./millrace up` started)");
        }
        try {
            return new Target(
                    data,
                    new JsonObject(Files.readString(status)),
                    RSAKey.parse(Files.readString(data.resolve("issuer/private.jwk.json"))));
        } catch (IOException | ParseException e) {
            throw new IllegalStateException("can't read " + data, e);
        }
    }

    public int ingestPort() {
        return portOf("ingest");
    }

    public int servingPort() {
        return portOf("serving");
    }

    /** Ports of the roles, each with /metrics, by name. */
    public Map<String, Integer> rolePorts() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        processes().keySet().stream()
                .filter(name -> !SERVERS.contains(name))
                .forEach(name -> ports.put(name, portOf(name)));
        return ports;
    }

    /** host:port of the broker. */
    public String brokers() {
        return child("kafka").getString("address");
    }

    /** The ledger's database, as JDBC names it, password included. */
    public String ledger() {
        String address = child("postgres").getString("address");
        try {
            String password =
                    Files.readString(data.resolve("postgres/password")).strip();
            return "jdbc:postgresql://" + address + "/millrace?user=millrace&password=" + password;
        } catch (IOException e) {
            throw new IllegalStateException("can't read the ledger's password in " + data, e);
        }
    }

    /**
     * A setting that a role was started with.
     *
     * @throws IllegalStateException if it has none of this name
     */
    public String setting(String role, String name) {
        Path file = data.resolve("settings/" + role + ".properties");
        Properties settings = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            settings.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("can't read " + file, e);
        }
        String value = settings.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException(file + " has no " + name + " (expected: a system that has one)");
        }
        return value;
    }

    /** Something in the launcher's data folder. */
    public Path file(String name) {
        return data.resolve(name);
    }

    /** Process ids of everything that runs, by name. */
    public Map<String, Long> processes() {
        Map<String, Long> processes = new LinkedHashMap<>();
        children().stream()
                .map(JsonObject.class::cast)
                .filter(child -> child.getLong("pid") != null)
                .forEach(child -> processes.put(child.getString("name"), child.getLong("pid")));
        return processes;
    }

    /** A bearer token of this user, for the rest of the day. */
    public String token(String user, boolean admin) {
        Instant now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer("millrace-standalone")
                .audience("millrace")
                .subject(user)
                .claim("roles", admin ? List.of("admin") : List.of())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(TOKEN_LASTS)))
                .build();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the issuer's key can't sign", e);
        }
        return token.serialize();
    }

    private int portOf(String name) {
        String address = child(name).getString("address");
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private JsonObject child(String name) {
        return children().stream()
                .map(JsonObject.class::cast)
                .filter(child -> name.equals(child.getString("name")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " runs here: " + children()));
    }

    private JsonArray children() {
        return status.getJsonArray("children");
    }
}
