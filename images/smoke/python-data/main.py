import sys

from greet import greet

print(greet(input()))
sys.exit(3)
