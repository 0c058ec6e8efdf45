package io.github.coordination.backend.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;

/**
 * Parts of a transaction.
 */
final class TxnParts {

	private TxnParts() {
	}

	/** The key does not exist. */
	static Compare isAbsent(ByteString key) {
		return created(key).build();
	}

	/** No key begins with it. */
	static Compare isEmpty(String prefix) {
		return created(ByteString.copyFromUtf8(prefix)).setRangeEnd(Keys.end(prefix)).build();
	}

	/** No key that begins with it was written after a revision. */
	static Compare hasNothingNew(String prefix, long revision) {
		return Compare.newBuilder()
			.setKey(ByteString.copyFromUtf8(prefix))
			.setRangeEnd(Keys.end(prefix))
			.setTarget(Compare.CompareTarget.MOD)
			.setResult(Compare.CompareResult.LESS)
			.setModRevision(revision + 1)
			.build();
	}

	/** The key exists, and nobody changed it since. */
	static Compare isUnchanged(ByteString key, long revision) {
		return Compare.newBuilder()
			.setKey(key)
			.setTarget(Compare.CompareTarget.MOD)
			.setResult(Compare.CompareResult.EQUAL)
			.setModRevision(revision)
			.build();
	}

	static RequestOp get(ByteString key) {
		return RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)).build();
	}

	static RequestOp list(String prefix) {
		return RequestOp.newBuilder().setRequestRange(range(prefix)).build();
	}

	/** All keys that begin with a prefix. */
	static RangeRequest.Builder range(String prefix) {
		return RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(prefix)).setRangeEnd(Keys.end(prefix));
	}

	/**
	 * Write. A write that names no lease would take the entry from the one it has.
	 * @param lease the lease, 0 for none
	 */
	static RequestOp put(ByteString key, byte[] value, long lease) {
		return RequestOp.newBuilder()
			.setRequestPut(PutRequest.newBuilder()
				.setKey(key)
				.setValue(UnsafeByteOperations.unsafeWrap(value))
				.setLease(lease))
			.build();
	}

	static RequestOp delete(ByteString key) {
		return RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)).build();
	}

	private static Compare.Builder created(ByteString key) {
		return Compare.newBuilder()
			.setKey(key)
			.setTarget(Compare.CompareTarget.CREATE)
			.setResult(Compare.CompareResult.EQUAL)
			.setCreateRevision(0);
	}

}
