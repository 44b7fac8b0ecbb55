/* The message of a desk: the findings that are its, who else is needed, and its buttons. */
#ifndef HANDLERS_DESK_CARD_H
#define HANDLERS_DESK_CARD_H

#include "db/items.h"
#include "db/runs.h"
#include "handlers/card.h"
#include "handlers/desk.h"

/* As the item stands now. */
bool desk_render(struct turn *turn, const struct item *item, const struct desk *desk,
                 struct card *out, struct err *err);
/* Of a run that proceeds: what is still for the desk to do. No item, no buttons. */
bool desk_render_task(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
                      const struct desk *desk, struct card *out, struct err *err);

#endif
