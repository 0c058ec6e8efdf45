package io.github.coordination.backend.etcd;

import java.util.concurrent.locks.ReentrantLock;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Deadline;

/**
 * Who we are, if the servers want to know: a user and a password, exchanged for a token
 * that every call then carries. Every call also asks to be refused by a server that is
 * cut off from the others. The password is in no text that this class makes.
 */
final class EtcdCredentials implements ClientInterceptor {

	static final MethodDescriptor<AuthenticateRequest, AuthenticateResponse> METHOD = AuthGrpc.getAuthenticateMethod();

	private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

	private static final Metadata.Key<String> NOT_CUT_OFF = Metadata.Key.of("hasleader",
			Metadata.ASCII_STRING_MARSHALLER);

	private final @Nullable AuthenticateRequest request;

	private final ReentrantLock guard = new ReentrantLock();

	private volatile @Nullable String token;

	private volatile boolean known;

	/**
	 * Take them from a url.
	 * @param userInfo {@code user:password} as in a url, empty for nobody
	 * @throws ConfigurationException if one of the two is missing
	 */
	EtcdCredentials(String userInfo) {
		int colon = userInfo.indexOf(':');
		if (!userInfo.isEmpty() && (colon < 1 || colon == userInfo.length() - 1)) {
			throw new ConfigurationException(BackendUrl.SETTING, "before the @ there is no user with a password.",
					"Write etcd://user:password@host:2379, with % codes for special characters.");
		}
		this.request = userInfo.isEmpty() ? null
				: AuthenticateRequest.newBuilder()
					.setNameBytes(ByteString.copyFromUtf8(userInfo.substring(0, colon)))
					.setPasswordBytes(ByteString.copyFromUtf8(userInfo.substring(colon + 1)))
					.build();
	}

	/**
	 * Get a token if one is needed and there is none.
	 * @throws ConfigurationException if the password is wrong and never was right
	 */
	void obtain(EtcdConnection connection, Deadline deadline) {
		if (this.request == null || this.token != null) {
			return;
		}
		if (!deadline.lock(this.guard)) {
			throw new BackendUnavailableException("etcd was not asked: there was no token in time");
		}
		try {
			if (this.token == null) {
				this.token = connection.callRepeatable(METHOD, this.request, deadline).getToken();
				this.known = true;
			}
		}
		catch (BackendUnavailableException ex) {
			throw this.known ? ex : refused(ex);
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Get a new one before the next call. */
	void forget() {
		this.token = null;
	}

	@Override
	public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel channel) {
		return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {

			@Override
			public void start(Listener<R> listener, Metadata headers) {
				headers.put(NOT_CUT_OFF, "true");
				String current = EtcdCredentials.this.token;
				if (current != null && method != METHOD) {
					headers.put(TOKEN, current);
				}
				super.start(listener, headers);
			}

		};
	}

	private static RuntimeException refused(BackendUnavailableException ex) {
		String text = String.valueOf(ex.getMessage());
		if (text.contains("authentication failed")) {
			return new ConfigurationException(BackendUrl.SETTING, "etcd does not know that user with that password.",
					"Correct them, or add the user: etcdctl user add.");
		}
		if (text.contains("authentication is not enabled")) {
			return new ConfigurationException(BackendUrl.SETTING,
					"it has a user, but the servers do not ask who somebody is.",
					"Remove the user, or run etcdctl auth enable.");
		}
		return ex;
	}

}
