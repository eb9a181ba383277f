package dev.isos.cli.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.FieldVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.support.layers.LayerWork;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * javac copies constants into the classes that use them, and no trace of it is left there: a module then goes on with the value of
 * the version that it was compiled with. So what others may use of the lower modules has no constant numbers: their fields are
 * read where they are. Of isos-api, which has some, all values are written down, and a change raises its major version.
 */
class NoPositionIsCompiledInTest {
    /** Limits of files and networks that Isos takes; no number of a run depends on them. */
    private static final String LIMITS = "dev.isos.core.bound.Bounds";

    private static final Set<String> NUMBERS = new TreeSet<>();
    private static final List<String> CONSTANTS = new ArrayList<>();

    @BeforeAll
    static void readFields() throws IOException {
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.isos.support", "dev.isos.core")) {
            String resource = type.getName().replace('.', '/') + ".class";
            try (InputStream bytes = ClassLoader.getSystemResourceAsStream(resource)) {
                new ClassReader(bytes).accept(fieldsOf(type.getName()), ClassReader.SKIP_CODE);
            }
        }
    }

    private static ClassVisitor fieldsOf(String type) {
        return new ClassVisitor(Opcodes.ASM9) {
            @Override
            public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
                boolean others = (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0;
                if (others && (access & Opcodes.ACC_STATIC) != 0 && "BCSIJFD".contains(descriptor)) {
                    NUMBERS.add(type + "." + name);
                    if (value != null && !type.equals(LIMITS)) {
                        CONSTANTS.add(type + "." + name + " = " + value);
                    }
                }
                return null;
            }
        };
    }

    @Test
    void noNumberOfTheLowerModulesIsAConstant() {
        assertEquals(
                List.of(),
                CONSTANTS,
                "javac copies these into other modules. Look positions up (SCHEMA.offset(..), SCHEMA.phase(..)), and give other"
                        + " numbers their value in a static block");
    }

    /** Guards the other test: one that sees no field would pass. */
    @Test
    void theFieldsAreSeen() {
        assertTrue(
                NUMBERS.containsAll(List.of(
                        IsOsSchema.class.getName() + ".FRONTEND",
                        IsOsSchema.class.getName() + ".FILTER_BUFFER_BYTES",
                        LayerWork.class.getName() + ".OWN",
                        LIMITS + ".LEVELS")),
                NUMBERS.toString());
    }
}
