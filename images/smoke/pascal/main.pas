program main;
uses greet;
var name: string;
begin
  readln(name);
  writeln(greeting(name));
  halt(3);
end.
