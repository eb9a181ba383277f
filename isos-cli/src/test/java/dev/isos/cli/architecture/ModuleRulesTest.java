package dev.isos.cli.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of modules: who may depend on whom, and on which libraries. */
class ModuleRulesTest {

    /** A module: dependencies point down this list only. */
    private enum Module {
        API,
        TESTKIT(API),
        PLUGIN_SUPPORT(API),
        CORE(API, PLUGIN_SUPPORT),
        HW(API, PLUGIN_SUPPORT, CORE),
        /** As a plug-in of strangers would be. */
        BASELINES(API, PLUGIN_SUPPORT),
        WORKLOADS(API, PLUGIN_SUPPORT, CORE),
        /** These three find hw, baselines and workloads at run time and name no class of theirs. */
        STUDY(API, PLUGIN_SUPPORT, CORE),
        REPORT(API, PLUGIN_SUPPORT, CORE, STUDY),
        /** Found at run time by the study, and named by nobody. */
        SPARK(API, CORE, STUDY),
        CLI(API, CORE, STUDY, REPORT);

        private final List<Module> mayUse;

        Module(Module... mayUse) {
            this.mayUse = List.of(mayUse);
        }

        /** The module itself and those below it that it may name. */
        EnumSet<Module> visible() {
            EnumSet<Module> visible = EnumSet.of(this);
            visible.addAll(mayUse);
            return visible;
        }

        String artifact() {
            return "isos-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The package whose classes, and those of the packages below it, make up the module. */
        String rootPackage() {
            String name = artifact();
            return "dev.isos." + name.substring(name.lastIndexOf('-') + 1);
        }

        String packages() {
            return rootPackage() + "..";
        }

        boolean holds(JavaClass type) {
            return resideInAnyPackage(packages()).test(type);
        }
    }

    private static final Path REPOSITORY = Path.of("..");

    private static JavaClasses classes;

    @BeforeAll
    static void importAllModules() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.isos");
    }

    @Test
    void everyModuleOfTheBuildStandsInTheTable() throws IOException {
        Set<String> table =
                Stream.of(Module.values()).map(Module::artifact).collect(Collectors.toCollection(TreeSet::new));
        table.add("isos-bom");
        try (Stream<Path> folders = Files.list(REPOSITORY)) {
            Set<String> modules = folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(table, modules);
        }
    }

    /** Guards all other rules: one that looks at no class would pass. */
    @ParameterizedTest
    @EnumSource
    void theClassesOfEveryModuleAreFound(Module module) {
        Set<String> sources = topLevelTypesInSources(module);
        Set<String> found = classes.stream()
                .filter(module::holds)
                .filter(JavaClass::isTopLevelClass)
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        sources.removeAll(found);
        assertEquals(Set.of(), sources, "Sources of " + module.artifact() + " whose classes the rules do not see");
    }

    /** What outsiders compile against says where null is meant, and how to begin. */
    @Test
    void packagesForOutsidersAreNullMarkedAndDescribed() throws IOException {
        for (Module module : List.of(Module.API, Module.PLUGIN_SUPPORT, Module.TESTKIT)) {
            Path root = REPOSITORY.resolve(module.artifact()).resolve(Path.of("src", "main", "java"));
            try (Stream<Path> sources = Files.walk(root)) {
                for (Path folder : sources.filter(p -> p.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .collect(Collectors.toCollection(TreeSet::new))) {
                    String info = Files.readString(folder.resolve("package-info.java"));
                    assertTrue(info.startsWith("/**") && info.contains("\n@NullMarked\n"), folder.toString());
                }
            }
        }
    }

    @Test
    void aModuleKeepsToItsPackage() {
        classes().should(be(inThePackageOfItsModule())).check(classes);
    }

    private static DescribedPredicate<JavaClass> inThePackageOfItsModule() {
        return DescribedPredicate.describe("in the package of the module that it is built in", type -> {
            String location = type.getSource().orElseThrow().getUri().toString();
            return Stream.of(Module.values())
                    .anyMatch(module -> module.holds(type) && location.contains("/" + module.artifact() + "/target/"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void dependenciesBetweenModulesPointDownTheTable(Module module) {
        String[] others = EnumSet.complementOf(module.visible()).stream()
                .map(Module::packages)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void theApiNeedsTheJdkAlone() {
        onlyUses(Module.API, "java..", "org.jspecify..");
    }

    @Test
    void whatPluginsAreBuiltOnNeedsTheJdkAlone() {
        onlyUses(Module.PLUGIN_SUPPORT, "java..", "org.jspecify..");
        onlyUses(Module.BASELINES, "java..", "org.jspecify..");
    }

    @Test
    void theTestkitNeedsJUnitBesideTheApi() {
        onlyUses(
                Module.TESTKIT,
                "java..",
                "org.jspecify..",
                "org.junit.jupiter..",
                "org.opentest4j..",
                "org.apiguardian..");
    }

    @Test
    void theCoreNeedsLittleBesideTheApi() {
        onlyUses(
                Module.CORE,
                "java..",
                "org.jspecify..",
                "com.google.inject..",
                "jakarta.inject..",
                "com.fasterxml..",
                "com.github.victools..",
                "com.github.therapi..",
                "jakarta.validation..");
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.isos.core.document..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.github.victools..", "com.github.therapi..")
                .check(classes);
    }

    @Test
    void studiesNeedJacksonExpressionsAndEvolutionBesideTheModulesBelow() {
        // the JDK's own count of bytes allocated
        onlyUses(
                Module.STUDY,
                "java..",
                "com.sun.management..",
                "org.jspecify..",
                "com.fasterxml.jackson..",
                "jakarta.validation..",
                "com.ezylang.evalex..",
                "io.jenetics..");
    }

    @Test
    void reportsNeedJsonTemplatesAndWhatDrawsBesideTheModulesBelow() {
        onlyUses(
                Module.REPORT,
                "java..",
                "org.jspecify..",
                "com.fasterxml..",
                "jakarta.validation..",
                "gg.jte..",
                "org.eclipse.elk..",
                "org.eclipse.emf.common..",
                "org.mozilla.javascript..",
                "com.github.weisj.jsvg..",
                "de.rototor.pdfbox..",
                "org.apache.pdfbox..",
                "javax.imageio..");
    }

    @Test
    void sparkIsUsedInItsModuleOnly() {
        onlyUses(Module.SPARK, "java..", "com.fasterxml.jackson..", "org.apache.spark..", "scala..");
        noClasses()
                .that()
                .resideOutsideOfPackage(Module.SPARK.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "scala..")
                .check(classes);
    }

    @Test
    void guiceServesTheAssemblyOfContributionsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.isos.core")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
                .check(classes);
    }

    private static void onlyUses(Module module, String... libraries) {
        Stream<String> own = module.visible().stream().map(Module::packages);
        classes()
                .that()
                .resideInAPackage(module.packages())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(own, Stream.of(libraries)).toArray(String[]::new))
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void packagesFormNoCycles() {
        slices().assignedFrom(packageByPackage()).should().beFreeOfCycles().check(classes);
    }

    private static SliceAssignment packageByPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "package by package";
            }
        };
    }

    private static Set<String> topLevelTypesInSources(Module module) {
        Path sources = REPOSITORY.resolve(module.artifact()).resolve(Path.of("src", "main", "java"));
        if (Files.notExists(sources)) {
            return new TreeSet<>();
        }
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(file -> sources.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".java"))
                    .filter(file -> !file.endsWith("/package-info.java"))
                    .map(file ->
                            file.substring(0, file.length() - ".java".length()).replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
