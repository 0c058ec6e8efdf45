package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.List;

import io.github.coordination.FencingToken;
import io.github.coordination.LockQueue;
import io.github.coordination.LockQueue.Contender;
import io.github.coordination.Member;
import io.github.coordination.spi.Entry;

/**
 * What an operator may see of a lock in the store, and do to it. A token names one entry
 * for ever, so whoever was granted the lock since the operator looked is not hit.
 */
final class Inspection {

	private final Context context;

	Inspection(Context context) {
		this.context = context;
	}

	LockQueue look(String lock) {
		List<Entry> queue = read(lock);
		int turns = turns(queue);
		return new LockQueue(lock, contenders(queue.subList(0, turns)), contenders(queue.subList(turns, queue.size())));
	}

	boolean forceRelease(String lock, FencingToken token) {
		List<Entry> queue = read(lock);
		for (Entry holder : queue.subList(0, turns(queue))) {
			if (holder.createRevision() == token.value()) {
				// one of this process is told, and then its entry is deleted until it is
				// gone
				return this.context.engine().current().map((lease) -> lease.revoke(holder)).orElse(false)
						|| this.context.openBackend().delete(holder);
			}
		}
		return false;
	}

	private List<Entry> read(String lock) {
		return this.context.openBackend().list(this.context.directory(QueuedLock.KIND, lock));
	}

	/** How many from the front may go. */
	private static int turns(List<Entry> queue) {
		List<String> ahead = new ArrayList<>();
		for (Entry each : queue) {
			Turn turn = each.tag().equals(Turn.SHARED.tag()) ? Turn.SHARED : Turn.EXCLUSIVE;
			if (!turn.isNow(ahead)) {
				break;
			}
			ahead.add(each.tag());
		}
		return ahead.size();
	}

	private static List<Contender> contenders(List<Entry> entries) {
		return entries.stream()
			.map((entry) -> new Contender(MemberCodec.decode(entry).map(Member::id).orElse(null),
					!entry.tag().equals(Turn.SHARED.tag()), new FencingToken(entry.createRevision())))
			.toList();
	}

}
