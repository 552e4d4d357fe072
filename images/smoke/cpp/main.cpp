#include <iostream>
#include "greet.h"

int main() {
    std::string name;
    std::cin >> name;
    std::cout << greet(name) << std::endl;
    return 3;
}
