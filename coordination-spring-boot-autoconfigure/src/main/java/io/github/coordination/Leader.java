package io.github.coordination;

/**
 * Who leads, and since which term.
 *
 * @param member the leading candidate
 * @param term the term's fencing token, larger for each later term
 */
public record Leader(Member member, FencingToken term) {
}
