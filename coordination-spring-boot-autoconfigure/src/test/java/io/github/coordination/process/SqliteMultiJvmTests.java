package io.github.coordination.process;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("sqlite")
class SqliteMultiJvmTests extends MultiJvmContract {

	@TempDir
	static Path temporary;

	@Override
	protected String url() {
		return "jdbc:sqlite:" + temporary.resolve("coordination.db");
	}

}
