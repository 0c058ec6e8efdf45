package io.github.coordination;

import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Holds the packages to the arrows of the architecture, and the code to the few rules
 * that a compiler cannot know. A package that does not exist yet satisfies its rules.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.coordination";

	private static final String[] JDK_AND_JSPECIFY = { "java..", "org.jspecify.." };

	private static final Pattern RECIPE_WORD = Pattern
		.compile("(leader|member|election|barrier|semaphore|latch)(s|es|ship)?", Pattern.CASE_INSENSITIVE);

	private static final Pattern WORD_BORDER = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_$]");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void rootDependsOnTheJdkAlone() {
		check(classes().that()
			.resideInAPackage(ROOT)
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(JDK_AND_JSPECIFY).or(resideInAPackage(ROOT))));
	}

	@Test
	void ringDependsOnTheJdkAlone() {
		check(classes().that()
			.resideInAPackage(in("ring"))
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(JDK_AND_JSPECIFY).or(resideInAPackage(in("ring")))));
	}

	@Test
	void spiDependsOnRoot() {
		check(arrows("spi", ""));
	}

	@Test
	void spiSupportDependsOnSpiAndRoot() {
		check(arrows("spi.support", "spi", ""));
	}

	@Test
	void sessionDependsOnSpiAndRoot() {
		check(arrows("session", "spi", ""));
	}

	@Test
	void recipeDependsOnSpiSessionRingAndRoot() {
		check(arrows("recipe", "spi", "session", "ring", ""));
	}

	@Test
	void backendDependsOnSpiItsSupportAndRoot() {
		check(arrows("backend..", "spi", "spi.support", ""));
	}

	@Test
	void testSupportDependsOnSpiAndRoot() {
		check(arrows("test", "spi", ""));
		check(arrows("test.assertj", "test.memory", ""));
		check(arrows("test.memory", "test", "recipe", "spi", ""));
		check(arrows("test.autoconfigure", "test.memory", "autoconfigure", ""));
	}

	@Test
	void springSideDependsOnlyDownwards() {
		check(arrows("annotation", ""));
		check(arrows("event", ""));
		check(arrows("autoconfigure.connection", "autoconfigure"));
		check(arrows("aop", "annotation", "event", "spi", ""));
		check(arrows("actuate", ""));
		check(arrows("autoconfigure", "actuate", "aop", "event", "spi", ""));
	}

	@Test
	void backendsDoNotKnowEachOther() {
		check(slices().matching(in("backend.(*)..")).should().notDependOnEachOther());
	}

	@Test
	void springStaysWhereItIsUsed() {
		check(noClasses().that()
			.resideOutsideOfPackages(in("annotation.."), in("event.."), in("aop.."), in("autoconfigure.."),
					in("actuate.."), in("integration.."), in("test.autoconfigure.."), in("backend.redis.."),
					in("backend.jdbc.."))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.."));
	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles());
	}

	@Test
	void backendsDoNotSpeakOfRecipes() {
		check(classes().that().resideInAPackage(in("backend..")).should(haveNoRecipeWord()));
		check(members().that().areDeclaredInClassesThat().resideInAPackage(in("backend..")).should(haveNoRecipeWord()));
	}

	@Test
	void onlyTheSystemClockReadsTheWallClockAndNobodySleeps() {
		check(noClasses().that()
			.doNotHaveFullyQualifiedName(in("spi.SystemClock"))
			.should()
			.accessTargetWhere(uses(System.class, "currentTimeMillis").or(uses(Instant.class, "now"))
				.or(uses(Thread.class, "sleep"))
				.or(uses(TimeUnit.class, "sleep"))));
	}

	@Test
	void methodsAreNotSynchronized() {
		check(methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED));
	}

	@Test
	void autoConfigurationsArePublicFinalAndShowNoMembers() {
		check(classes().that()
			.areAnnotatedWith("org.springframework.boot.autoconfigure.AutoConfiguration")
			.should()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.andShould()
			.haveModifier(JavaModifier.PUBLIC)
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould(haveNoPublicMembersBesidesConstructors()));
	}

	@Test
	void packagesAreNullMarked() {
		check(classes().should(resideInANullMarkedPackage()));
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(CLASSES);
	}

	/**
	 * A package may use itself, the packages named, and anything that is not ours.
	 */
	private static ArchRule arrows(String from, String... to) {
		String[] allowed = Stream.concat(Stream.of(from), Arrays.stream(to))
			.map(ArchitectureTests::in)
			.toArray(String[]::new);
		return classes().that()
			.resideInAPackage(in(from))
			.should()
			.onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(allowed))
				.as("are ours only in %s", String.join(", ", allowed)));
	}

	private static String in(String name) {
		return name.isEmpty() ? ROOT : ROOT + "." + name;
	}

	private static DescribedPredicate<JavaAccess<?>> uses(Class<?> owner, String method) {
		return DescribedPredicate.describe("uses " + owner.getSimpleName() + "." + method, (access) -> {
			AccessTarget target = access.getTarget();
			return target.getOwner().isEquivalentTo(owner) && target.getName().equals(method);
		});
	}

	private static <T extends HasName & HasName.AndFullName> ArchCondition<T> haveNoRecipeWord() {
		return new ArchCondition<>("have no recipe's word in their names") {

			@Override
			public void check(T item, ConditionEvents events) {
				String name = (item instanceof JavaClass type) ? type.getSimpleName() : item.getName();
				boolean spoken = WORD_BORDER.splitAsStream(name)
					.anyMatch((word) -> RECIPE_WORD.matcher(word).matches());
				events.add(new SimpleConditionEvent(item, !spoken, item.getFullName() + " names a recipe"));
			}

		};
	}

	private static ArchCondition<JavaClass> haveNoPublicMembersBesidesConstructors() {
		return new ArchCondition<>("have no public members besides constructors") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				Stream.<Set<? extends JavaMember>>of(type.getMethods(), type.getFields())
					.flatMap(Set::stream)
					.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC))
					.forEach((member) -> events
						.add(SimpleConditionEvent.violated(member, member.getFullName() + " is public")));
			}

		};
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, type.getPackage().isAnnotatedWith(NullMarked.class),
						type.getName() + " is in a package without @NullMarked"));
			}

		};
	}

	/**
	 * One slice for each package; a pattern would leave the root package out.
	 */
	private static final class PackageSlices implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

}
