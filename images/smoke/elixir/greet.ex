defmodule Greet do
  def greet(name), do: "Grüße, #{name}!"
end
