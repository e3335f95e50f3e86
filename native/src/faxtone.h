/* faxtone: hears fax calling tone (CNG, 1100 Hz) and answer tone (CED, 2100 Hz), and 2100 Hz with
 * phase reversals (modem, G.168 disable). On spandsp. Engine thread. */
#ifndef LF_FAXTONE_H
#define LF_FAXTONE_H
#include <stddef.h>
#include <stdint.h>

enum faxtone_kind { FAXTONE_NONE, FAXTONE_CALLING, FAXTONE_ANSWER, FAXTONE_ANSWER_REVERSALS };

struct faxtone;
int faxtone_create(struct faxtone **out);
void faxtone_free(struct faxtone *faxtone);
void faxtone_reset(struct faxtone *faxtone);
/* Feeds n samples; returns the tone recognised now (once per tone), else FAXTONE_NONE. */
enum faxtone_kind faxtone_feed(struct faxtone *faxtone, const int16_t *pcm, size_t n);
#endif
