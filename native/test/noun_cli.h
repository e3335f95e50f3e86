/* noun_cli: a tool that runs one noun from the shell: audio is raw int16 mono 8000 Hz on stdin or
 * stdout, findings are lines of text on stdout. tests/media drives the nouns with it.
 * A subcommand lives in test/<noun>_cli.c and has one line in the table of noun_cli.c. */
#ifndef LF_NOUN_CLI_H
#define LF_NOUN_CLI_H
#include <stddef.h>
#include <stdint.h>

/* argv[0] is the subcommand's name. Returns the exit code. */
typedef int noun_command(int argc, char **argv);

noun_command tone_command, dtmf_send_command, dtmf_receive_command, faxtone_command;
noun_command callerid_send_command, callerid_receive_command, progress_command;

/* Reads up to n samples of stdin; returns how many came, 0 at the end. */
size_t noun_read(int16_t *pcm, size_t n);
/* Writes n samples to stdout; ends the program if it can't. */
void noun_write(const int16_t *pcm, size_t n);
#endif
