package dev.millrace.tickets.serving;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.tickets.topics.v1.Event;
import dev.millrace.tickets.topics.v1.Performer;
import dev.millrace.tickets.topics.v1.PriceTier;
import dev.millrace.tickets.topics.v1.Section;
import dev.millrace.tickets.topics.v1.Venue;
import dev.millrace.topics.http.Times;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.IntStream;

/** The JSON of event views. Written by hand for the seats, as there are a hundred thousand of them. */
final class EventJson {
    private static final JsonFactory JSON = new JsonFactory();
    /** What a seat's JSON takes about, in bytes. */
    private static final int SEAT_BYTES = 130;

    private EventJson() {}

    static byte[] summary(SeatSnapshot seats) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            head(json, seats);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] full(SeatSnapshot seats) {
        byte[] head = summary(seats);
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                head.length + 64 + SEAT_BYTES * seats.layout().seats());
        out.write(head, 0, head.length - 1);
        out.writeBytes(",\"tickets\":[".getBytes(US_ASCII));
        StringBuilder text = new StringBuilder(32 * 1024);
        String separator = "";
        for (SeatLayout.Row row : seats.layout().rows()) {
            // Ids and labels are letters, digits, dashes, dots and underscores: nothing in them needs escaping.
            String before = "{\"ticketId\":\"" + row.section().getSectionId() + "-"
                    + row.row().getLabel() + "-";
            String between = "\",\"section\":\"" + row.section().getSectionId() + "\",\"row\":\""
                    + row.row().getLabel() + "\",\"seat\":";
            String after = ",\"tier\":\"" + row.tier().getTierId() + "\",\"price\":"
                    + row.tier().getPriceMinor();
            Set<Integer> accessible = row.accessible();
            for (int seat = 0; seat < row.row().getSeats(); seat++) {
                int number = row.number(seat);
                text.append(separator)
                        .append(before)
                        .append(number)
                        .append(between)
                        .append(number);
                hundredths(text.append(",\"x\":"), row.x(seat));
                hundredths(text.append(",\"y\":"), row.y(seat));
                text.append(after).append(accessible.contains(number) ? ",\"accessible\":true" : "");
                text.append(",\"status\":\"")
                        .append(word(seats.status(row.firstIndex() + seat)))
                        .append("\"}");
                separator = ",";
            }
            out.writeBytes(text.toString().getBytes(UTF_8));
            text.setLength(0);
        }
        out.writeBytes("]}".getBytes(US_ASCII));
        return out.toByteArray();
    }

    static byte[] seatMap(SeatSnapshot seats) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(seats.layout().seats() + 512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("eventId", seats.layout().event().getEventId());
            json.writeNumberField("seatMapVersion", seats.version());
            json.writeNumberField("definition", seats.definition());
            json.writeFieldName("statuses");
            json.writeRawUTF8String(seats.statuses(), 0, seats.statuses().length);
            available(json, seats);
            json.writeStringField("asOf", Times.text(seats.changedAt()));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String word(byte status) {
        return switch (status) {
            case EventSeats.RESERVED -> "RESERVED";
            case EventSeats.SOLD -> "SOLD";
            default -> "AVAILABLE";
        };
    }

    private static void head(JsonGenerator json, SeatSnapshot seats) throws IOException {
        Event event = seats.layout().event();
        json.writeStringField("eventId", event.getEventId());
        json.writeStringField("title", event.getTitle());
        json.writeStringField("description", event.getDescription());
        json.writeStringField("type", event.getType());
        json.writeStringField("startsAt", Times.text(event.getStartsAtMillis()));
        json.writeArrayFieldStart("images");
        for (String image : event.getImagesList()) {
            json.writeString(image);
        }
        json.writeEndArray();
        json.writeFieldName("venue");
        venue(json, event.getVenue(), seats.layout().seats());
        if (event.getPerformersCount() > 0) {
            json.writeFieldName("performer");
            performer(json, event.getPerformers(0));
        }
        json.writeArrayFieldStart("performers");
        for (Performer performer : event.getPerformersList()) {
            performer(json, performer);
        }
        json.writeEndArray();
        tiers(json, event, seats.available());
        json.writeStringField("currency", event.getCurrency());
        json.writeNumberField("holdSeconds", event.getHoldSeconds());
        json.writeNumberField("seatsPerBookingMax", event.getSeatsPerBookingMax());
        json.writeNumberField("definition", event.getDefinition());
        json.writeNumberField("seatMapVersion", seats.version());
        json.writeNumberField("available", IntStream.of(seats.available()).sum());
        json.writeArrayFieldStart("sections");
        for (Section section : event.getSeating().getSectionsList()) {
            json.writeStartObject();
            json.writeStringField("sectionId", section.getSectionId());
            json.writeStringField("name", section.getName());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void venue(JsonGenerator json, Venue venue, int capacity) throws IOException {
        json.writeStartObject();
        json.writeStringField("venueId", venue.getVenueId());
        json.writeStringField("name", venue.getName());
        json.writeStringField("address", venue.getAddress());
        json.writeStringField("city", venue.getCity());
        json.writeNumberField("latitude", venue.getLatitude());
        json.writeNumberField("longitude", venue.getLongitude());
        json.writeNumberField("capacity", capacity);
        json.writeEndObject();
    }

    private static void performer(JsonGenerator json, Performer performer) throws IOException {
        json.writeStartObject();
        json.writeStringField("performerId", performer.getPerformerId());
        json.writeStringField("name", performer.getName());
        json.writeStringField("description", performer.getDescription());
        json.writeStringField("image", performer.getImage());
        json.writeEndObject();
    }

    private static void tiers(JsonGenerator json, Event event, int[] available) throws IOException {
        json.writeArrayFieldStart("tiers");
        for (int i = 0; i < event.getTiersCount(); i++) {
            PriceTier tier = event.getTiers(i);
            json.writeStartObject();
            json.writeStringField("tierId", tier.getTierId());
            json.writeStringField("name", tier.getName());
            json.writeNumberField("price", tier.getPriceMinor());
            json.writeNumberField("available", available[i]);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void available(JsonGenerator json, SeatSnapshot seats) throws IOException {
        json.writeArrayFieldStart("available");
        for (int count : seats.available()) {
            json.writeNumber(count);
        }
        json.writeEndArray();
    }

    private static void hundredths(StringBuilder text, long value) {
        long size = Math.abs(value);
        if (value < 0) {
            text.append('-');
        }
        text.append(size / 100);
        long rest = size % 100;
        if (rest != 0) {
            text.append('.').append(rest / 10);
            if (rest % 10 != 0) {
                text.append(rest % 10);
            }
        }
    }
}
