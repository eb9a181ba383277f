package dev.isos.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
    @Test
    void aPlanIsCarriedOut() {
        ExecutionPlan plan = plan("- [conv0, conv1]\n- [conv2]\n- [conv3, conv4]\n", MappingPoliciesTest.chain(5), 2);
        assertEquals(List.of(List.of(0, 1), List.of(2), List.of(3, 4)), layers(plan));
        assertEquals("p", plan.policy());
        assertEquals(3, plan.limits().size());
        assertEquals(
                plan,
                plan("[[\"conv0\", \"conv1\"], [\"conv2\"], [\"conv3\", \"conv4\"]]", MappingPoliciesTest.chain(5), 2));
    }

    @Test
    void aNameIsThatOfABlock() {
        Workload blocks =
                named(MappingPoliciesTest.chain(5), "stem", "layer1.0.a", "layer1.0.b", "layer1.1.a", "layer10");
        assertEquals(
                List.of(List.of(0), List.of(1, 2, 3), List.of(4)),
                layers(plan("[[stem], [layer1], [layer10]]", blocks, 9)));
        assertEquals(
                List.of(List.of(0, 1, 2), List.of(3, 4)),
                layers(plan("[[stem, layer1.0], [layer1.1, layer10]]", blocks, 9)));
        assertEquals(
                List.of(List.of(0, 1), List.of(2, 3, 4)),
                layers(plan("[[stem, layer1.0.a], [layer1.0.b, layer1.1.a, layer10]]", blocks, 9)));
    }

    @Test
    void namesThatYamlTakesForOtherThingsAreNames() {
        Workload odd = named(MappingPoliciesTest.chain(5), "010", "1_0", "1:30", "yes", "1e3");
        assertEquals(
                List.of(List.of(0, 1), List.of(2, 3), List.of(4)),
                layers(plan("[[010, 1_0], [1:30, yes], [1e3]]", odd, 9)));
    }

    @Test
    void concatenationsGoWithTheLayerBefore() {
        assertEquals(
                List.of(List.of(0), List.of(1, 2, 3), List.of(4)),
                layers(plan("[[conv0], [conv1, conv2], [conv4]]", MappingPoliciesTest.inception(), 9)));
    }

    @Test
    void whatDoesNotFitTheNetworkIsNamed() {
        fails("plan file p, segment 1: no layer or block 'convo'; did you mean 'conv0'?", "[[convo]]");
        fails(
                "plan file p, segment 2: no layer or block 'xyz'; known are conv0, conv1, conv2, conv3, conv4",
                "[[conv0, conv1], [xyz]]");
        fails("plan file p, segment 2: 'conv0' is out of order, expected conv1", "[[conv0], [conv0]]");
        fails("plan file p, segment 1: 'conv2' is out of order, expected conv1", "[[conv0, conv2]]");
        fails("plan file p ends before layer conv4", "[[conv0, conv1], [conv2, conv3]]");
        fails(
                "plan file p, segment 3: 'conv4' is out of order, expected nothing more",
                "[[conv0, conv1], [conv2, conv3, conv4], [conv4]]");
        fails("plan file p, segment 1: 4 layers, limit 3", "[[conv0, conv1, conv2, conv3], [conv4]]");
    }

    @Test
    void whatIsNoListOfListsIsNamed() {
        String list = "plan file p line 1: expected a list with one list of layer names per segment";
        for (String text : List.of("[]", "conv0", "{conv0: conv1}")) {
            fails(list, text);
        }
        for (String text : List.of("", "# nothing")) {
            fails("plan file p line 1: expected a value, got nothing", text);
        }
        for (String text : List.of("[[conv0], conv1]", "[[conv0], []]", "[[conv0], [[conv1]]]", "[[conv0], ['']]")) {
            fails("plan file p line 1: expected a list of layer names", text);
        }
        fails("plan file p line 2: expected a list of layer names", "- [conv0]\n- conv1\n");
        fails("plan file p line 3: expected the end of the file", "[[conv0]]\n---\n[[conv1]]");
        fails("plan file p line 1: expected at most 16 levels", "[".repeat(5000));
        for (String text : List.of("- [conv0]\n- [conv1\n", "[[conv0]]\n[[conv1]]")) {
            assertTrue(
                    message(() -> PlanFile.parse("p", text)).startsWith("plan file p line 2: expected YAML or JSON: "));
        }
        assertTrue(message(() -> PlanFile.parse("p", "[[conv0]] and more"))
                .startsWith("plan file p line 1: expected YAML or JSON: "));
        assertEquals("p", PlanFile.parse("p", "---\n- [conv0] # one\n...\n").id());
    }

    @Test
    void whatIsNoFileOfTextIsNamed(@TempDir Path folder) throws IOException {
        Path good = Files.writeString(folder.resolve("good.yaml"), "[[conv0]]");
        assertEquals(good.toString(), PlanFile.read(good).id());
        Path missing = folder.resolve("missing.yaml");
        assertEquals("plan file " + missing + " does not exist", message(() -> PlanFile.read(missing)));
        assertEquals(
                "plan file " + folder + " is a folder, pipe or device, expected a regular file",
                message(() -> PlanFile.read(folder)));
        Path large = Files.writeString(folder.resolve("large.yaml"), "[[conv0]]" + " ".repeat((1 << 20) - 9));
        assertEquals(large.toString(), PlanFile.read(large).id());
        Files.writeString(large, "[[conv0]]" + " ".repeat((1 << 20) - 8));
        assertEquals(
                "plan file " + large + " has 1048577 bytes, at most 1048576 are read",
                message(() -> PlanFile.read(large)));
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xC3, 0x28});
        assertEquals("plan file " + binary + " cannot be read as text in UTF-8", message(() -> PlanFile.read(binary)));
    }

    private static void fails(String sentence, String text) {
        assertEquals(sentence, message(() -> plan(text, MappingPoliciesTest.chain(5), 3)));
    }

    private static String message(Executable executable) {
        IsosException e = assertThrows(IsosException.class, executable);
        assertEquals(ErrorCode.BAD_INPUT, e.code());
        return e.getMessage();
    }

    private static ExecutionPlan plan(String text, Workload workload, int limit) {
        return PlanFile.parse("p", text).plan(MappingPoliciesTest.context(workload, limit));
    }

    private static List<List<Integer>> layers(ExecutionPlan plan) {
        return plan.segments().stream().map(Segment::layers).toList();
    }

    private static Workload named(Workload workload, String... names) {
        List<Layer> layers = workload.network().layers().stream()
                .map(layer -> new Layer(
                        layer.index(),
                        names[layer.index()],
                        layer.op(),
                        layer.inputs(),
                        layer.residual(),
                        layer.inputShape(),
                        layer.outputShape()))
                .toList();
        Network network = new Network("named", workload.input().shape(), layers, List.of());
        return new Workload(workload.info(), network, workload.parameters(), workload.input(), List.of(), List.of());
    }
}
