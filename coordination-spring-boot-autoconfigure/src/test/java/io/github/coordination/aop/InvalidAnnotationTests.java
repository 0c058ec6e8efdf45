package io.github.coordination.aop;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.ConnectableFlux;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.Partitioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for the refusal of annotations that would do nothing, or not what they say.
 */
class InvalidAnnotationTests extends AnnotationSupport {

	@ParameterizedTest
	@MethodSource
	void isRefusedAtStart(Class<?> beanClass, String method, String problem) {
		this.runner.withBean(beanClass).run((context) -> {
			assertThat(context).hasFailed();
			InvalidAnnotationException failure = failure(context.getStartupFailure());
			assertThat(failure.place()).contains(beanClass.getName()).contains(method);
			assertThat(failure.problem()).contains(problem);
			assertThat(failure.action()).isNotEmpty();
		});
	}

	static Stream<Arguments> isRefusedAtStart() {
		return Stream.of(arguments(PrivateMethod.class, ".run()", "private"),
				arguments(StaticMethod.class, ".run()", "static"), arguments(FinalMethod.class, ".run()", "final"),
				arguments(FinalClass.class, ".run()", "class is final"),
				arguments(FinalMethodOfAnnotatedClass.class, ".run()", "final"),
				arguments(PrimitiveSkip.class, ".run()", "nothing to return as int"),
				arguments(PrimitiveFollower.class, ".run()", "nothing to return as boolean"),
				arguments(NoName.class, ".run()", "name is empty"),
				arguments(NoElection.class, ".run()", "election is empty"),
				arguments(LongName.class, ".run()", "placeholder without a value"),
				arguments(BadDuration.class, ".run()", "waitTime = \"soon\" is not a duration"),
				arguments(NegativeDuration.class, ".run()", "maxHold = \"-1s\" is negative"),
				arguments(ContraryDurations.class, ".run()", "atLeastFor is longer than maxHold"),
				arguments(BadExpression.class, ".run(String)", "not a SpEL expression"),
				arguments(UnknownParameter.class, ".run(String)", "#ordre, which is not a parameter"),
				arguments(ReturnsPublisher.class, ".run()", "goes on after the method has returned"),
				arguments(Suspending.class, ".run(String, Continuation)", "suspending function"),
				arguments(SuspendingLeader.class, ".run(Continuation)", "suspending function"),
				arguments(TokenOfSeveral.class, ".run(FencingToken)", "several locks apply"),
				arguments(SeveralWaitTimes.class, ".run()", "waitTime is 1s for one lock and 2s for another"),
				arguments(SeveralPolicies.class, ".run()", "onBusy is SKIP for one lock and THROW for another"),
				arguments(SameLockTwice.class, ".run()", "it names 'a' twice"),
				arguments(ReturnsFuture.class, ".run()", "goes on after the method has returned"),
				arguments(ReturnsCallable.class, ".run()", "goes on after the method has returned"),
				arguments(HandleOfLeader.class, ".run(LockHandle)", "no LockHandle"),
				arguments(NoKey.class, ".run(String)", "key is empty"),
				arguments(UnknownKey.class, ".run(String)", "#ordre, which is not a parameter"),
				arguments(PrimitiveOther.class, ".run(String)", "nothing to return as int"),
				arguments(HandleOfOwner.class, ".run(String, LockHandle)", "no LockHandle"),
				arguments(BadMetadata.class, "", "not of the form key=value"),
				arguments(NoGroup.class, "", "group is empty"));
	}

	@Test
	void unknownParameterIsReportedWithTheNearestOne() {
		this.runner.withBean(UnknownParameter.class)
			.run((context) -> assertThat(failure(context.getStartupFailure()).action())
				.contains("Did you mean 'order'?"));
	}

	@Test
	void beansThatContradictEachOtherAreRefused() {
		this.runner.withBean(North.class).withBean(South.class).run((context) -> {
			assertThat(context).hasFailed();
			InvalidAnnotationException failure = failure(context.getStartupFailure());
			assertThat(failure.problem()).contains("zone=north").contains("zone=south").contains("'workers'");
		});
	}

	static class PrivateMethod {

		@DistributedLock("a")
		private void run() {
		}

	}

	static class StaticMethod {

		@DistributedLock("a")
		static void run() {
		}

	}

	static class FinalMethod {

		@LeaderOnly("a")
		public final void run() {
		}

	}

	static final class FinalClass {

		@DistributedLock("a")
		public void run() {
		}

	}

	@DistributedLock("a")
	static class FinalMethodOfAnnotatedClass {

		public final void run() {
		}

	}

	static class PrimitiveSkip {

		@DistributedLock(name = "a", onBusy = OnBusy.SKIP)
		public int run() {
			return 1;
		}

	}

	static class PrimitiveFollower {

		@LeaderOnly("a")
		public boolean run() {
			return true;
		}

	}

	static class NoName {

		@DistributedLock
		public void run() {
		}

	}

	static class NoElection {

		@LeaderOnly
		public void run() {
		}

	}

	static class LongName {

		@DistributedLock("${no.such.property}")
		public void run() {
		}

	}

	static class BadDuration {

		@DistributedLock(name = "a", waitTime = "soon")
		public void run() {
		}

	}

	static class NegativeDuration {

		@DistributedLock(name = "a", maxHold = "-1s")
		public void run() {
		}

	}

	static class ContraryDurations {

		@DistributedLock(name = "a", maxHold = "1s", atLeastFor = "2s")
		public void run() {
		}

	}

	static class BadExpression {

		@DistributedLock(name = "a", key = "#order.(")
		public void run(String order) {
		}

	}

	static class UnknownParameter {

		@DistributedLock(name = "a", key = "#ordre.length()")
		public void run(String order) {
		}

	}

	static class ReturnsPublisher {

		@DistributedLock("a")
		public @Nullable ConnectableFlux<String> run() {
			return null;
		}

	}

	static class Suspending {

		@DistributedLock("a")
		public @Nullable Object run(String order, Continuation<? super String> continuation) {
			return null;
		}

	}

	static class SuspendingLeader {

		@LeaderOnly("a")
		public @Nullable Object run(Continuation<? super String> continuation) {
			return null;
		}

	}

	static class TokenOfSeveral {

		@DistributedLock("a")
		@DistributedLock("b")
		public void run(FencingToken token) {
		}

	}

	static class SeveralWaitTimes {

		@DistributedLock(name = "a", waitTime = "1s")
		@DistributedLock(name = "b", waitTime = "2s")
		public void run() {
		}

	}

	static class SeveralPolicies {

		@DistributedLock(name = "a", onBusy = OnBusy.SKIP)
		@DistributedLock("b")
		public void run() {
		}

	}

	static class SameLockTwice {

		@DistributedLock(name = "a", mode = LockMode.SHARED)
		@DistributedLock("a")
		public void run() {
		}

	}

	static class ReturnsFuture {

		@DistributedLock("a")
		public @Nullable Future<String> run() {
			return null;
		}

	}

	static class ReturnsCallable {

		@LeaderOnly("a")
		public Callable<String> run() {
			return () -> "";
		}

	}

	static class HandleOfLeader {

		@LeaderOnly("a")
		public void run(LockHandle handle) {
		}

	}

	static class NoKey {

		@Partitioned(group = "workers", key = "")
		public void run(String order) {
		}

	}

	static class UnknownKey {

		@Partitioned(group = "workers", key = "#ordre")
		public void run(String order) {
		}

	}

	static class PrimitiveOther {

		@Partitioned(group = "workers", key = "#order")
		public int run(String order) {
			return 1;
		}

	}

	static class HandleOfOwner {

		@Partitioned(group = "workers", key = "#order")
		public void run(String order, LockHandle handle) {
		}

	}

	@GroupMember(group = "workers", metadata = "north")
	static class BadMetadata {

	}

	@GroupMember
	static class NoGroup {

	}

	@GroupMember(group = "workers", metadata = "zone=north")
	static class North {

	}

	@GroupMember(group = "workers", metadata = "zone=south")
	static class South {

	}

}
