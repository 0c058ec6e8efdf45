package io.github.coordination.backend.memcached;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MemcachedServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

@Tag("memcached")
class MemcachedBackendContractTests extends ExpiringBackendContract {

	private final MemcachedServer server = MemcachedServer.shared();

	@Override
	protected String url() {
		return "memcached://127.0.0.1:" + this.server.port();
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new MemcachedBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		this.server.endSession(session.id());
	}

	@Override
	protected Duration shortTtl() {
		return Duration.ofSeconds(2);
	}

	@Override
	public int cycles() {
		return 3000;
	}

	/** Records that are not understood, in the document itself. */
	@Override
	public void plantForeignEntry(Directory directory) {
		String key = Names.document(directory);
		MemcachedFixture.change(this.server.port(), directory, (document) -> {
			List<byte[]> foreign = List.of(new byte[0], new byte[] { 9, 1, 2, 3 }, new byte[] { 1 }, new byte[100]);
			return new Document(directory, document.born(), document.last() + 1, document.entries(), foreign);
		});
	}

}
