/* Python and TOML as tokens: what the two have in common is all that is needed here. */
#ifndef CLI_CARRY_TOKENS_H
#define CLI_CARRY_TOKENS_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>

enum carry_token_kind {
	TOKEN_STRING,
	TOKEN_NAME,
	TOKEN_NUMBER,
	TOKEN_OP,  /* one character */
	TOKEN_END, /* of a statement */
};

struct carry_token {
	enum carry_token_kind kind;
	bool format; /* f"..." */
	bool used;   /* in a command line */
	int line;
	const char *text; /* of a string: what it means */
};

struct carry_tokens {
	vec(struct carry_token) list;
};

void carry_tokens_done(struct carry_tokens *tokens);
/* Ends with a TOKEN_END. Malformed text gives whatever it gives. */
void carry_tokenize(const char *text, struct arena *arena, struct carry_tokens *ret);
/* The place of the bracket that closes the one at `open`, or `end`. */
size_t carry_token_close(const struct carry_tokens *tokens, size_t open, size_t end);
bool carry_token_is(const struct carry_token *token, enum carry_token_kind kind, const char *text);

#endif
