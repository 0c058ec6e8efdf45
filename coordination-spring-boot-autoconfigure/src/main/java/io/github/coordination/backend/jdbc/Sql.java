package io.github.coordination.backend.jdbc;

import io.github.coordination.backend.jdbc.Dialect.Returning;

/**
 * The statements of a dialect. Each is a transaction of its own, so that none is ever
 * held open, and none depends on the one before except as its comment says.
 *
 * <p>
 * A session is live while it is not expired by the database's clock and nobody has
 * claimed it for the sweep ({@code swept}); a claim is final. Queues are text:
 * {@code (id,tag,created,revised,value)} for each entry, {@code revised} empty as long as
 * nobody replaced it. A counter grows with every change of its row.
 */
final class Sql {

	private static final String PARAMETER = "?";

	/** name */
	final String namespace = "select store_format, store_id from coordination_namespace where name = ?";

	/** name, format, id */
	final String newNamespace = "insert into coordination_namespace (name, store_format, store_id) values (?, ?, ?)";

	/** id, namespace, ttl, ttl */
	final String open;

	/** id, namespace, store id */
	final String renew;

	/** id */
	final String live;

	/** id: end a session of one's own. */
	final String close = "update coordination_session set swept = 1 where id = ? and swept = 0";

	/** id: end a session that is expired. Waits for a renewal under way, or it for us. */
	final String claim;

	/** id: nothing of it is left. */
	final String swept = "update coordination_session set swept = 2 where id = ?";

	/** id: nothing of it can come any more, since no statement takes as long as a ttl. */
	final String forget;

	/** namespace, directory, directory: those to be swept now. */
	final String dead;

	/**
	 * namespace: no session lasts longer than its ttl from now, whatever the clock was.
	 */
	final String clamp;

	/** first directory, last directory, age */
	final String prune;

	/** see {@link #enqueue(Dialect)} */
	final String enqueue;

	/**
	 * session, directory, namespace, directory, directory: whether it is live, the queue,
	 * dead sessions there
	 */
	final String reason;

	/** text of the entry, directory, text of the entry [, channel, payload] */
	final String leave;

	/** as {@link #leave}, and session */
	final String leaveAlive;

	/**
	 * text of the entry, head and tail of its new text, directory, text, session [,
	 * channel, payload]
	 */
	final String requeue;

	/** directory, id, label, value [, directory, id] [, channel, payload] */
	final String create;

	/** directory, id, label, value, session [, directory, id] [, channel, payload] */
	final String createBound;

	/** value, directory, id, revision [, channel, payload] */
	final String rewrite;

	/** value, directory, id, revision, session, session [, channel, payload] */
	final String rewriteBound;

	/** directory, id, revision [, channel, payload] */
	final String delete;

	/** directory, id, revision, session, session [, channel, payload] */
	final String deleteBound;

	/** directory, directory, namespace, directory, directory */
	final String list;

	/** directory, directory, id, namespace, directory, directory */
	final String get;

	/** first directory, last directory, beginning of the session's ids */
	final String queuesOf;

	/** session */
	final String rowsOf;

	/** {@value #BATCH} directories, twice */
	final String digests;

	/** What the last statement stamped, where it could not return it. */
	final String stamped = "select last_insert_id()";

	/** How many directories are looked at in one round trip. */
	static final int BATCH = 16;

	private final Dialect dialect;

	Sql(Dialect dialect) {
		this.dialect = dialect;
		String now = dialect.now();
		String live = "id = ? and swept = 0 and expires_at > " + now;
		String alive = " and exists (select 1 from coordination_session where " + live + ")";
		String there = "(exists (select 1 from coordination_queue q where q.directory = ? and "
				+ position("concat('(', s.id, '.')", "q.entries")
				+ " > 0) or exists (select 1 from coordination_entry e"
				+ " where e.directory = ? and e.session_id = s.id))";
		String dead = "coordination_session s where namespace = ? and (swept > 0 or expires_at <= " + now + ") and "
				+ there;
		String next = greatest("counter + 1", dialect.start());
		this.open = "insert into coordination_session (id, namespace, ttl, expires_at, swept) values (?, ?, ?, " + now
				+ " + ?, 0)";
		this.renew = "update coordination_session set expires_at = " + now + " + ttl where " + live
				+ " and exists (select 1 from coordination_namespace where name = ? and store_id = ?)";
		this.live = "select 1 from coordination_session where " + live;
		this.claim = "update coordination_session set swept = 1 where id = ? and swept = 0 and expires_at <= " + now;
		this.forget = "delete from coordination_session where id = ? and swept = 2 and expires_at + ttl < " + now;
		this.dead = "select id, swept from coordination_session s where namespace = ? and (" + unswept(dialect)
				+ " or (swept = 2 and (expires_at + ttl < " + now + " or " + there + ")))";
		this.clamp = "update coordination_session set expires_at = " + now + " + ttl where namespace = ? and swept = 0"
				+ " and expires_at > " + now + " + ttl";
		this.prune = "delete from coordination_queue where directory >= ? and directory < ? and entries = ''"
				+ " and counter < " + dialect.start() + " - ?";
		this.enqueue = enqueue(dialect);
		this.reason = "select (select count(*) from coordination_session where " + live
				+ "), (select entries from coordination_queue where directory = ?)" + ", (select count(*) from " + dead
				+ ")";
		this.leave = "update coordination_queue set entries = replace(entries, ?, ''), counter = " + next
				+ " where directory = ? and " + contains("entries") + tellingRemoval();
		this.leaveAlive = "update coordination_queue set entries = replace(entries, ?, ''), counter = " + next
				+ " where directory = ? and " + contains("entries") + alive + tellingRemoval();
		this.requeue = returning("counter", "update coordination_queue set entries = replace(entries, ?, concat(?, "
				+ next + ", ?)), counter = " + stamp(next) + " where directory = ? and " + contains("entries") + alive);
		String columns = "insert into coordination_entry (directory, id, label, content, create_revision, revision,"
				+ " session_id) select " + text() + ", " + text() + ", " + text() + ", " + text() + ", "
				+ stamp(dialect.fresh()) + ", " + dialect.fresh() + ", ";
		this.create = returning("revision", columns + "null" + unlessExists("dual"));
		this.createBound = returning("revision",
				columns + "s.id from coordination_session s where s." + live + unlessExists(""));
		String rewrite = "update coordination_entry set content = ?, revision = "
				+ stamp(greatest("revision + 1", dialect.start())) + " where directory = ? and id = ? and revision = ?";
		this.rewrite = returning("revision", rewrite + " and session_id is null");
		this.rewriteBound = returning("revision", rewrite + " and session_id = ?" + alive);
		String delete = "delete from coordination_entry where directory = ? and id = ? and revision = ?";
		this.delete = delete + telling();
		this.deleteBound = delete + " and session_id = ?" + alive + telling();
		String queue = "select 0 as part, '' as id, label, '' as session_id, counter as created, counter as revised,"
				+ " entries as content from coordination_queue where directory = ?";
		String rows = "select 1, id, label, session_id, create_revision, revision, content from coordination_entry"
				+ " where directory = ?";
		String marks = "select 2, '', '', id, 0, 0, '' from " + dead;
		this.list = queue + " union all " + rows + " union all " + marks;
		this.get = queue + " union all " + rows + " and id = ? union all " + marks;
		this.queuesOf = "select directory, label, entries from coordination_queue where directory >= ?"
				+ " and directory < ? and " + position(PARAMETER, "entries") + " > 0";
		this.rowsOf = "select directory, id, label, session_id, create_revision, revision, content"
				+ " from coordination_entry where session_id = ?";
		String batch = " where directory in (?" + ", ?".repeat(BATCH - 1) + ")";
		// the sum of what is left of them, since of thousands it would overflow
		this.digests = "select directory, 0 as size, counter as total from coordination_queue" + batch
				+ " union all select directory, count(*), sum(revision % 4294967296) from coordination_entry" + batch
				+ " group by directory";
	}

	/** Whether the enqueue returns the queue, so that it need not be read. */
	boolean enqueueReturns() {
		return this.dialect.returning() != Returning.NOTHING;
	}

	/** Whether statements return the revisions they made. */
	boolean writesReturn() {
		return this.dialect.returning() == Returning.RETURNING || this.dialect.returning() == Returning.FINAL_TABLE;
	}

	/**
	 * Appends an entry unless it is there already, too many are ahead, or the session is
	 * over. The session is judged twice: where its row is read, and again when the
	 * queue's row is locked, by what was read of it then ({@code valid_until}), because a
	 * statement can wait longer than a session has left. Nobody else is judged.
	 */
	private String enqueue(Dialect dialect) {
		String count = "length(%1$s) - length(replace(%1$s, '(', '')) <= ?";
		return switch (dialect.upsert()) {
			// directory, label, head, tail, session, head, tail, mark, maxAhead
			case CONFLICT -> "insert into coordination_queue as q (directory, label, counter, valid_until, entries)"
					+ " select ?, ?, " + dialect.start() + ", s.expires_at, concat(?, " + dialect.start()
					+ ", ?) from coordination_session s where s.id = ? and s.swept = 0 and s.expires_at > "
					+ dialect.now() + " on conflict (directory) do update set counter = "
					+ greatest("q.counter + 1", "excluded.counter")
					+ ", valid_until = excluded.valid_until, entries = concat(q.entries, ?, "
					+ greatest("q.counter + 1", "excluded.counter") + ", ?) where excluded.valid_until > "
					+ dialect.now() + " and " + position(PARAMETER, "q.entries") + " = 0 and "
					+ count.formatted("q.entries") + " returning entries";
			// the same; assignments take effect one after the other here, and valid_until
			// says to the later ones whether to append
			case DUPLICATE_KEY -> "insert into coordination_queue (directory, label, counter, valid_until, entries)"
					+ " select ?, ?, " + dialect.start() + ", s.expires_at, concat(?, " + dialect.start()
					+ ", ?) from coordination_session s where s.id = ? and s.swept = 0 and s.expires_at > "
					+ dialect.now()
					+ " on duplicate key update coordination_queue.valid_until = if(values(valid_until) > "
					+ dialect.now() + " and " + position(PARAMETER, "coordination_queue.entries") + " = 0 and "
					+ count.formatted("coordination_queue.entries") + ", values(valid_until), 0)"
					+ ", coordination_queue.entries = if(coordination_queue.valid_until > 0,"
					+ " concat(coordination_queue.entries, ?, "
					+ greatest("coordination_queue.counter + 1", "values(counter)")
					+ ", ?), coordination_queue.entries), coordination_queue.counter ="
					+ " if(coordination_queue.valid_until > 0, "
					+ greatest("coordination_queue.counter + 1", "values(counter)") + ", coordination_queue.counter)"
					+ ((dialect.returning() == Returning.NOTHING) ? "" : " returning entries");
			case MERGE -> "select entries from final table (merge into coordination_queue q using (select "
					+ "cast(? as varchar) as directory, cast(? as varchar) as label, cast(? as varchar) as head,"
					+ " cast(? as varchar) as tail, " + dialect.start()
					+ " as counter, s.expires_at from coordination_session s where s.id = ? and s.swept = 0"
					+ " and s.expires_at > " + dialect.now() + " + lock_timeout() * 1000) n"
					+ " on q.directory = n.directory when matched and " + position(PARAMETER, "q.entries") + " = 0 and "
					+ count.formatted("q.entries") + " then update set counter = "
					+ greatest("q.counter + 1", "n.counter") + ", entries = concat(q.entries, n.head, "
					+ greatest("q.counter + 1", "n.counter")
					+ ", n.tail) when not matched then insert (directory, label,"
					+ " counter, valid_until, entries) values (n.directory, n.label, n.counter, n.expires_at,"
					+ " concat(n.head, n.counter, n.tail)))";
		};
	}

	private String contains(String column) {
		return position(PARAMETER, column) + " > 0";
	}

	private String position(String sought, String column) {
		return this.dialect.position().formatted(sought, column);
	}

	private String greatest(String one, String other) {
		return this.dialect.greatest().formatted(one, other);
	}

	private String stamp(String number) {
		return this.dialect.stamp().formatted(number);
	}

	private String text() {
		return (this.dialect.returning() == Returning.FINAL_TABLE) ? "cast(? as varchar)" : PARAMETER;
	}

	/**
	 * Ends an insert that does nothing if the key exists, and mostly without an error.
	 */
	private String unlessExists(String table) {
		if (insertSkips()) {
			return " on conflict do nothing";
		}
		return (table.isEmpty() ? " and" : " from " + table + " where")
				+ " not exists (select 1 from coordination_entry where directory = ? and id = ?)";
	}

	/** Whether an insert of a key that exists does nothing by itself. */
	boolean insertSkips() {
		return this.dialect.upsert() == Dialect.Upsert.CONFLICT;
	}

	private String telling() {
		return this.dialect.notifies() ? " returning pg_notify(?, ?)" : "";
	}

	/**
	 * Tells who left, if others are in the queue. That somebody left is enough for the
	 * next to go on, unless the next is over itself and does not know it, because the
	 * clock was set: so as long as there is such a session, all have to look.
	 */
	private String tellingRemoval() {
		return this.dialect.notifies() ? " returning case when entries <> '' then pg_notify(?, concat(case when exists"
				+ " (select 1 from coordination_session where namespace = split_part(directory, '/', 1) and "
				+ unswept(this.dialect) + ") then 'U' else 'R' end, ?)) end" : "";
	}

	/** Over, and not known to have left nothing. */
	private static String unswept(Dialect dialect) {
		return "(swept = 1 or (swept = 0 and expires_at <= " + dialect.now() + "))";
	}

	private String returning(String column, String statement) {
		return switch (this.dialect.returning()) {
			case RETURNING -> statement + " returning " + column + (this.dialect.notifies() ? ", pg_notify(?, ?)" : "");
			case FINAL_TABLE -> "select " + column + " from final table (" + statement + ")";
			case INSERT_ONLY, NOTHING -> statement;
		};
	}

}
