package io.github.coordination.backend.redis;

import java.net.SocketAddress;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;

/**
 * Those of another group that the threads of one client use. A resolver that asks name
 * servers has a socket for each thread, and leaves it to the thread to close it at its
 * end. One that is told to end at the wrong moment does not, and the socket stays open as
 * long as the process lives. So these can be closed before.
 *
 * @param <T> what addresses are
 */
final class RedisResolvers<T extends SocketAddress> extends AddressResolverGroup<T> {

	private final AddressResolverGroup<T> group;

	private RedisResolvers(AddressResolverGroup<T> group) {
		this.group = group;
	}

	static RedisResolvers<?> of(AddressResolverGroup<?> group) {
		return new RedisResolvers<>(group);
	}

	@Override
	protected AddressResolver<T> newResolver(EventExecutor thread) {
		return this.group.getResolver(thread);
	}

}
