%{
#include <stdio.h>
static char name[100];
static char *the_name(void) { return scanf("%99s", name) == 1 ? name : ""; }
%}
#include "share/atspre_staload.hats"

extern fun the_name(): string = "mac#"

implement main() = let
  val () = println!("Grüße, ", the_name(), "!")
in 3 end
