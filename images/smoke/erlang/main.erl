#!/usr/bin/env escript
main(_) ->
    io:setopts([{encoding, unicode}]),
    io:format("~ts~n", [greet:greet(string:trim(io:get_line("")))]),
    halt(3).
