package dev.millrace.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.millrace.topics.CommandProducer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The layout's rules, held over the class files of every module. */
class ArchitectureTest {
    private static final Path ROOT = Programs.here().root();
    private static final List<String> MODULES = modulesWithClasses();

    private static final List<String> PRODUCTS = List.of("tickets", "feed", "files");
    private static final List<String> STAGES = List.of("ingest", "streams", "flink", "serving", "standalone");
    private static final String[] GENERATED = {"dev.millrace.topics.v1..", "dev.millrace.*.topics.v1.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(MODULES.stream().map(ArchitectureTest::classesOf).toList());

    @Test
    void everyModuleIsLookedAt() {
        assertThat(MODULES).contains("topics", "topics/http", "streams-topologies", "serving-layer", "standalone");
        for (String module : MODULES) {
            Path classes = classesOf(module);
            assertThat(classes)
                    .as("the whole project is built before this module")
                    .isDirectory();
            assertThat(CLASSES.stream()
                            .flatMap(c -> c.getSource().stream())
                            .map(source -> Path.of(source.getUri()))
                            .filter(file -> file.startsWith(classes)))
                    .as(module)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("pairsOfProducts")
    void productsDontKnowEachOther(String one, String other) {
        hold(noClasses()
                .that()
                .resideInAPackage("dev.millrace." + one + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.millrace." + other + ".."));
    }

    @ParameterizedTest
    @MethodSource("pairsOfStages")
    void stagesDontKnowEachOther(String one, String other) {
        hold(noClasses().that(in(one)).should().dependOnClassesThat(in(other)));
    }

    @Test
    void topicsKnowNoStageAndNothingOfHttp() {
        DescribedPredicate<JavaClass> http = resideInAPackage("dev.millrace.topics.http..");
        DescribedPredicate<JavaClass> contract = in("topics").and(DescribedPredicate.not(http));
        for (String stage : STAGES) {
            hold(noClasses().that(in("topics")).should().dependOnClassesThat(in(stage)));
        }
        hold(noClasses().that(contract).should().dependOnClassesThat(http));
        hold(noClasses().that(in("flink")).should().dependOnClassesThat(http));
        hold(noClasses().that(contract).should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "io.netty.."));
    }

    @ParameterizedTest
    @MethodSource("products")
    void rulesKnowOnlyTheirProductAndNoClock(String product) {
        String rules = "dev.millrace." + product + ".rules..";
        hold(classes()
                .that()
                .resideInAPackage(rules)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", rules, "org.jspecify..", "com.google.protobuf..")
                        .or(resideInAnyPackage("dev.millrace.topics.v1..", "dev.millrace." + product + ".topics.v1.."))
                        .or(named("dev.millrace.topics", "CommandId", "Positions", "Owners"))
                        .or(idsOf(product))));
        hold(noClasses()
                .that()
                .resideInAPackage(rules)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.io..", "java.nio.file..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class));
    }

    /** A transactional record on a command topic stalls every later command of its partition. */
    @Test
    void onlyThePlainProducerWritesCommandsAndNothingStartsTransactions() {
        DescribedPredicate<JavaClass> others =
                DescribedPredicate.not(JavaClass.Predicates.equivalentTo(CommandProducer.class));
        hold(noClasses().that(others).should().callConstructor(KafkaProducer.class, java.util.Map.class));
        hold(noClasses().that(others).should().dependOnClassesThat().areAssignableTo(KafkaProducer.class));
        hold(noClasses()
                .should()
                .callMethod(Producer.class, "initTransactions")
                .orShould()
                .callMethod(KafkaProducer.class, "initTransactions")
                .orShould()
                .callMethod(KafkaProducer.class, "initTransactions", boolean.class));
    }

    /** A checker that shares code with what it checks shares its mistakes; the messages on the wire are the contract. */
    @Test
    void theHistoryCheckerSharesOnlyTheMessagesWithTheSystem() {
        String[] checkers = {"dev.millrace.standalone.history..", "dev.millrace.*.standalone.history.."};
        hold(noClasses()
                .that()
                .resideInAnyPackage(checkers)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.millrace..")
                        .and(DescribedPredicate.not(resideInAnyPackage(checkers)))
                        .and(DescribedPredicate.not(
                                resideInAnyPackage("dev.millrace.topics.v1..", "dev.millrace.*.topics.v1..")))));
    }

    @Test
    void onlyCommandsPrintAndNobodySleeps() {
        hold(noClasses().that().resideOutsideOfPackage("..cli..").should().accessField(System.class, "out"));
        hold(noClasses().should().callMethod(Thread.class, "sleep", long.class));
    }

    @Test
    void namesAreTheProductsWords() {
        hold(noClasses()
                .that()
                .resideOutsideOfPackages(GENERATED)
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Dto")
                .orShould()
                .haveSimpleNameEndingWith("Info"));
    }

    static Stream<String> products() {
        return PRODUCTS.stream();
    }

    static Stream<Arguments> pairsOfProducts() {
        return pairs(PRODUCTS);
    }

    static Stream<Arguments> pairsOfStages() {
        return pairs(STAGES);
    }

    private static Stream<Arguments> pairs(List<String> all) {
        return all.stream()
                .flatMap(one -> all.stream().filter(o -> !o.equals(one)).map(other -> Arguments.of(one, other)));
    }

    /** The neutral part of a stage and every product's. */
    private static DescribedPredicate<JavaClass> in(String stage) {
        String rulesToo = stage.equals("streams") ? "dev.millrace.*.rules.." : "dev.millrace." + stage + "..";
        return resideInAnyPackage("dev.millrace." + stage + "..", "dev.millrace.*." + stage + "..", rulesToo);
    }

    private static DescribedPredicate<JavaClass> idsOf(String product) {
        return DescribedPredicate.describe(
                "ids of " + product,
                c -> c.getPackageName().equals("dev.millrace." + product + ".topics")
                        && c.getSimpleName().endsWith("Ids"));
    }

    private static DescribedPredicate<JavaClass> named(String inPackage, String... simpleNames) {
        return DescribedPredicate.describe(
                "one of " + List.of(simpleNames),
                c -> c.getPackageName().equals(inPackage)
                        && List.of(simpleNames).contains(c.getSimpleName()));
    }

    private static void hold(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    /** As the root's pom lists them; servers have no classes of ours. */
    private static List<String> modulesWithClasses() {
        try {
            String pom = Files.readString(ROOT.resolve("pom.xml")).replaceAll("(?s)<!--.*?-->", "");
            return Pattern.compile("<module>(.*?)</module>")
                    .matcher(pom)
                    .results()
                    .map(m -> m.group(1))
                    .filter(m -> Files.isDirectory(ROOT.resolve(m).resolve("src/main/java")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path classesOf(String module) {
        return ROOT.resolve(module).resolve("target/classes");
    }
}
