unit greet;
interface
function greeting(name: string): string;
implementation
function greeting(name: string): string;
begin
  greeting := 'Grüße, ' + name + '!';
end;
end.
