/* Completion scripts for shells. They ask the program itself, `revsweep completion --for WORDS`, so
 * that the tables of the commands are the only list of options. */
#include "cli/complete.h"
#include "cli/command.h"

#include <string.h>

static const char bash_script[] =
	"# revsweep completion for bash: eval \"$(revsweep completion bash)\"\n"
	"_revsweep() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} line\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t@file) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	"\t\t@dir) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
	"\t\t\"$cur\"*) COMPREPLY+=(\"$line\") ;;\n"
	"\t\tesac\n"
	"\tdone < <(revsweep completion words -- \"${COMP_WORDS[@]:1:COMP_CWORD-1}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _revsweep revsweep\n";

static const char zsh_script[] =
	"#compdef revsweep\n"
	"# revsweep completion for zsh: put it as _revsweep into a directory of $fpath\n"
	"_revsweep() {\n"
	"\tlocal line\n"
	"\tlocal -a found\n"
	"\tfor line in ${(f)\"$(revsweep completion words -- ${words[2,CURRENT-1]} "
	"2>/dev/null)\"}; do\n"
	"\t\tcase $line in\n"
	"\t\t@file) _files ;;\n"
	"\t\t@dir) _files -/ ;;\n"
	"\t\t*) found+=($line) ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcompadd -- $found\n"
	"}\n"
	"_revsweep \"$@\"\n";

static const char fish_script[] =
	"# revsweep completion for fish: revsweep completion fish | source\n"
	"function __revsweep_words\n"
	"\tset -l words (commandline -opc)\n"
	"\tfor line in (revsweep completion words -- $words[2..-1] 2>/dev/null)\n"
	"\t\tswitch $line\n"
	"\t\t\tcase @file\n"
	"\t\t\t\t__fish_complete_path (commandline -ct)\n"
	"\t\t\tcase @dir\n"
	"\t\t\t\t__fish_complete_directories (commandline -ct)\n"
	"\t\t\tcase '*'\n"
	"\t\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c revsweep -f -a '(__revsweep_words)'\n";

int
help_completion(const char *shell, struct str *out, struct err *err)
{
	static const struct {
		const char *shell, *script;
	} scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};

	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		if (strcmp(shell, scripts[i].shell) == 0) {
			str_add(out, scripts[i].script);
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "unknown shell '%s' (bash, zsh or fish)", shell);
}

/* The option whose value the next word will be, or NULL. */
static const struct opt *
awaiting_value(const struct opt *table, const char *word)
{
	for (; table->name; table++) {
		if (!table->arg)
			continue;
		if (str_starts(word, "--") && strcmp(word + 2, table->name) == 0)
			return table;
		if (word[0] == '-' && table->letter && word[1] == table->letter && !word[2])
			return table;
	}
	return NULL;
}

/* Words, and what a shell can complete by itself; the rest ("@recipe") is up to the caller. */
static void
add_words(struct str *out, const char *words)
{
	for (; words && *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");

		if (words[0] != '@' || str_starts(words, "@file") || str_starts(words, "@dir")) {
			str_addn(out, words, n);
			str_addc(out, '\n');
		}
		words += n;
	}
}

static void
add_options(struct str *out, const struct opt *table)
{
	for (; table->name; table++)
		str_addf(out, "--%s\n", table->name);
}

const char *
complete_words(const char *const *words, size_t n, struct str *out)
{
	const struct command *c = NULL;

	for (size_t i = 0; i < n && !c; i++)
		c = command_find(words[i]);
	if (!c) {
		for (const struct command *const *each = commands; *each; each++)
			if (!(*each)->hidden)
				str_addf(out, "%s\n", (*each)->name);
		return NULL;
	}
	const struct opt *o = n ? awaiting_value(c->options, words[n - 1]) : NULL;
	if (!o && n)
		o = awaiting_value(common_options, words[n - 1]);
	if (o) {
		add_words(out, o->words);
		return o->words;
	}
	add_options(out, c->options);
	add_options(out, common_options);
	add_words(out, c->operands);
	return c->operands;
}
