package dev.isos.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.core.TestingPlugin.IdealFactory;
import org.junit.jupiter.api.Test;

class HardwareSchemaTest {
    private final JsonNode schema = HardwareSchema.of(new IdealFactory());

    @Test
    void everyParameterIsThereUnderItsPath() {
        assertEquals(2, schema.at("/properties/layersPerSegment/default").asInt());
        assertEquals(100, schema.at("/properties/layersPerSegment/maximum").asInt());
        assertEquals(
                "2 GB/s",
                schema.at("/properties/dram/properties/bandwidth/default").asText());
        assertEquals("fast", schema.at("/properties/mode/enum/0").asText());
        assertEquals("extends", schema.at("/required/0").asText());
    }

    @Test
    void unknownKeysAreRefusedAtEveryLevel() {
        assertFalse(schema.at("/additionalProperties").asBoolean(true));
        assertFalse(schema.at("/properties/dram/additionalProperties").asBoolean(true));
    }

    @Test
    void patternsTakeTheDefaultsThatTheyDescribe() {
        for (String key :
                new String[] {"/properties/clock", "/properties/buffer", "/properties/dram/properties/bandwidth"}) {
            String pattern = schema.at(key + "/pattern").asText();
            String value = schema.at(key + "/default").asText();
            assertTrue(value.matches(pattern), value + " against " + pattern);
            assertFalse("1 KB".matches(pattern), pattern);
        }
    }
}
