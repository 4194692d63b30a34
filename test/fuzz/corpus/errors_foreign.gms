let x = 3
def f(x): return x
# python
x := 3; x += 1; a && b || !c
/* c */ 'single'
int main() { return 0; }
for i in 0..3 { }
while x { x = x - 1 }
