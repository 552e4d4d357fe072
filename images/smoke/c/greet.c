#include <stdio.h>
#include "greet.h"

void greet(const char *name) { printf("Grüße, %s!\n", name); }
