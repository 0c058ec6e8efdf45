package io.github.coordination.aop;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.CompletableFuture;

import reactor.core.publisher.Mono;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnOther;
import io.github.coordination.annotation.OnRevoked;
import io.github.coordination.annotation.Partitioned;
import io.github.coordination.event.PartitionsChangedEvent;

/**
 * The examples of the pages about annotations.
 */
class AnnotationExamples {

	private final Repository repository;

	AnnotationExamples(Repository repository) {
		this.repository = repository;
	}

	@Transactional
	@DistributedLock(name = "order", key = "#order.id")
	public void ship(Order order, FencingToken token) {
		this.repository.save(order, token.value());
	}

	@DistributedLock(name = "import-${app.region}", waitTime = "2s", maxHold = "10m", onBusy = OnBusy.SKIP)
	public void importOrders() {
		this.repository.importAll();
	}

	@DistributedLock(name = "account", key = "#from")
	@DistributedLock(name = "account", key = "#to")
	@DistributedLock(name = "rates", mode = LockMode.SHARED)
	public void transfer(String from, String to, long cents, LockHandle held) {
		this.repository.book(from, -cents, held.fencingToken("account:" + from));
		this.repository.book(to, cents, held.fencingToken("account:" + to));
	}

	@DistributedLock("report")
	public CompletableFuture<String> report() {
		return this.repository.reportLater();
	}

	@DistributedLock(name = "stock", key = "#article")
	public Mono<Long> reserve(String article, FencingToken token) {
		return this.repository.reserve(article, token.value());
	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "nightly", onBusy = OnBusy.SKIP, atLeastFor = "1m")
	@interface Nightly {

	}

	@Scheduled(cron = "0 0 3 * * *")
	@Nightly
	public void cleanUp() {
		this.repository.deleteOld();
	}

	@Scheduled(fixedRate = 60_000)
	@LeaderOnly("billing")
	public void bill() {
		this.repository.bill();
	}

	@Scheduled(cron = "0 0 * * * *")
	@LeaderOnly(election = "reports", onRevoked = OnRevoked.INTERRUPT)
	public void hourly(FencingToken term) throws InterruptedException {
		this.repository.report(term.value());
	}

	@Partitioned(group = "workers", key = "#order.customer")
	public void handle(Order order) {
		this.repository.save(order, 0);
	}

	@Partitioned(group = "workers", key = "#customer", onOther = OnOther.THROW, onRevoked = OnRevoked.INTERRUPT)
	public long balance(String customer, FencingToken token) throws InterruptedException {
		return this.repository.balance(customer, token.value());
	}

	@EventListener
	public void onChange(PartitionsChangedEvent event) {
		this.repository.log("gained " + event.assigned() + ", lost " + event.revoked());
	}

	@GroupMember(group = "workers", metadata = "weight=2")
	static class BigMachine {

	}

	record Order(String id, String customer) {
	}

	/**
	 * What the examples work on.
	 */
	interface Repository {

		void save(Order order, long token);

		void importAll();

		void book(String account, long cents, FencingToken token);

		CompletableFuture<String> reportLater();

		Mono<Long> reserve(String article, long token);

		void deleteOld();

		void bill();

		void report(long term) throws InterruptedException;

		long balance(String customer, long token) throws InterruptedException;

		void log(String line);

	}

}
