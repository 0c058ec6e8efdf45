package io.github.coordination.backend.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Why a statement may have written nothing, read afterwards.
 *
 * @param live whether the session is live
 * @param queue the queue, empty if there is none
 * @param dead whether there are sessions to be swept
 */
record Reason(boolean live, String queue, boolean dead) {

	static Reason of(ResultSet rows) throws SQLException {
		String queue = rows.getString(2);
		return new Reason(rows.getInt(1) > 0, (queue != null) ? queue : "", rows.getInt(3) > 0);
	}

}
