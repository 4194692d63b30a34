// GMS: one grammar for programs, packages of the standard library and tests.
//
// Between lexer and parser stands Layout (lang/syntax/antlr/layout.h), which sees white space so that this file needs
// neither predicate nor action:
//   END   ends a statement: `;`, or a line end outside ( ) and [ ] at which the statement can end
//   UNIT  is a name, with /name, *name and ^digits that touch it, behind a number or a list: 0.01 eV/angstrom, [1, 2] bohr
// Layout also balances brackets, so the parser never meets a bracket without its partner.
// The parser knows shapes only. Which statement, mark or clause may stand where is checked afterwards, by name.
grammar Gms;
tokens { END, UNIT }

program : (statement (END statement)*)? EOF ;

// ---- statements ------------------------------------------------------------------------------------------------------

statement
    : DOC* (declaration | search | record | unit | alias | param | imports | definition | repeat | clauses) ;

declaration : kind name parameters* ('of' plainType)? ('->' type)? (block | '=' expr)? ;  // `of`: type of the body it takes
search      : 'search' name parameters* 'over' argument block ;
record      : 'record' name '{' fields '}' ;
unit        : 'unit' name ('=' expr)? ;
alias       : 'type' name '=' type ;
param       : 'param' name (':' type)? ('=' expr)? ;
imports     : 'import' path (',' path)* ;
definition  : mark? target ('=' | '~') expr ;
repeat      : 'repeat' argument ('until' expr)? block ;
clauses     : clause+ ;                                                  // several in a row: `plot a, b against c by d`

kind   : 'op' | 'warp' | 'augment' | 'space' | 'model' | 'scale' | 'solver' | 'recipe' | 'experiment' | 'extern' ;
mark   : 'state' | 'weight' ;
block  : '{' (statement (END statement)*)? '}' ;
target : name index? | '(' target (',' target)+ ')' | derivative ;

clause : clauseWord arguments ;
clauseWord
    : 'return' | 'yield' | 'test'                                        // in any body, in a solver, anywhere
    | 'minimize' | 'maximize' | 'subject' 'to' | 'prune' | 'budget'      // in a search or a scale
    | 'plot' | 'table' | 'expect' | 'show' | 'against' | 'by' | 'seeds'  // in an experiment; by and seeds in a search too
    ;

// ---- parameters and types --------------------------------------------------------------------------------------------

parameters : '(' (parameter (',' parameter)* ','?)? ')' ;
parameter  : name ((':' | 'in') type)? ('=' expr)? ;                     // `in`: a name bound in the body, extern only
fields     : DOC* parameter ((',' | END) DOC* parameter)* ','? ;

type      : plainType | '(' (type (',' type)*)? ')' ('->' type)? ;       // a tuple, or with the arrow a function
plainType : name index? | '{' fields '}' ;

// ---- expressions, loosest first ---------------------------------------------------------------------------------------

expr
    : 'if' expr 'then' expr 'else' expr                                  # conditional
    | sum                                                                # plain
    ;

// What binds looser than a product.
sum
    : product                                                            # single
    | sum ('+' | '-') sum                                                # additive
    | sum ('..' | '..=') sum                                             # range
    | sum 'step' sum                                                     # stepped
    | sum '|>' sum                                                       # pipe
    | sum ('==' | '!=' | '<' | '<=' | '>' | '>=') sum                    # comparison
    | 'not' sum                                                          # negation
    | sum 'and' sum                                                      # conjunction
    | sum 'or' sum                                                       # disjunction
    ;

// `of` gives the call before it a body, which is a product, as in mathematics: 2 * sum(i) of a[i] * b[i] + c is
// (2 * (sum of a[i] * b[i])) + c. It hangs here, not at the call, so that one token decides; the tree puts it right.
product : term ('of' product)? ;

term
    : primary                                                            # atom
    | term '.' name                                                      # member
    | term index                                                         # indexed
    | term call                                                          # called
    | <assoc=right> term '^' term                                        # power
    | '-' term                                                           # minus
    | term ('*' | '/') term                                              # multiplicative
    ;

primary
    : number                                                             # numeral
    | STRING                                                             # string
    | ('true' | 'false')                                                 # boolean
    | derivative                                                         # differential
    | name                                                               # reference
    | '(' expr (',' expr)* ')'                                           # tuple
    | '[' (arguments ','?)? ']' UNIT?                                    # list
    | '{' entry ((',' | END) entry)* ','? '}'                            # recordValue
    | 'choose' '{' arm ((',' | END) arm)* ','? '}'                       # choice
    | '?' (name '(' arguments? ')' | '{' arguments ','? '}')?            # hole
    ;

number     : (INT | FLOAT | PERCENT) UNIT? ;
derivative : DIFF expr ')' '/' DIFF expr ')' ;                           // d(e) / d(x) is one operand
entry      : name ':' expr ;
arm        : expr ':' expr ;

// One form of argument serves calls, reads, types, definitions and clauses:
// a value, `name: value`, or `name in domain`, which binds the name in what follows or, in a clause, what stands before.
index     : '[' arguments ','? ']' ;
call      : '(' (arguments ','?)? ')' ;
arguments : argument (',' argument)* ;
argument  : (name ':')? expr ('in' expr)? ;

path : name ('.' name)* ;

// Words of the grammar that stay usable as names. Reserved are only: if then else and or not in of choose true false.
name
    : ID | kind | mark | 'search' | 'record' | 'unit' | 'type' | 'param' | 'import' | 'repeat' | 'until' | 'over' | 'step'
    | 'return' | 'yield' | 'test' | 'minimize' | 'maximize' | 'subject' | 'to' | 'prune' | 'budget'
    | 'plot' | 'table' | 'expect' | 'show' | 'against' | 'by' | 'seeds'
    ;

// ---- tokens ------------------------------------------------------------------------------------------------------------

// Named, because Layout and the error strategy ask for them; Layout relies on the order inside each line.
LPAREN : '(' ; RPAREN : ')' ; LBRACKET : '[' ; RBRACKET : ']' ; LBRACE : '{' ; RBRACE : '}' ;
PLUS : '+' ; MINUS : '-' ; STAR : '*' ; SLASH : '/' ; CARET : '^' ; PIPE : '|>' ; RANGE : '..' ; CLOSED : '..=' ; DOT : '.' ;
EQ : '==' ; NE : '!=' ; LT : '<' ; LE : '<=' ; GT : '>' ; GE : '>=' ; AND : 'and' ; OR : 'or' ; NOT : 'not' ; IN : 'in' ; OF : 'of' ;
IF : 'if' ; THEN : 'then' ; ELSE : 'else' ; ASSIGN : '=' ; DRAW : '~' ; ARROW : '->' ; COMMA : ',' ; COLON : ':' ;
CHOOSE : 'choose' ; TRUE : 'true' ; FALSE : 'false' ; HOLE : '?' ;
OP : 'op' ; WARP : 'warp' ; AUGMENT : 'augment' ; SPACE_WORD : 'space' ; MODEL : 'model' ; SCALE : 'scale' ; SOLVER : 'solver' ;
RECIPE : 'recipe' ; EXPERIMENT : 'experiment' ; EXTERN : 'extern' ; RECORD : 'record' ; UNIT_WORD : 'unit' ; TYPE : 'type' ;
IMPORT : 'import' ; PARAM : 'param' ; SEARCH : 'search' ; TEST_WORD : 'test' ;
STATE : 'state' ; WEIGHT : 'weight' ; REPEAT : 'repeat' ; RETURN : 'return' ; YIELD : 'yield' ; MINIMIZE : 'minimize' ;
MAXIMIZE : 'maximize' ; SUBJECT : 'subject' ; PRUNE : 'prune' ; BUDGET : 'budget' ; PLOT : 'plot' ; TABLE : 'table' ;
EXPECT : 'expect' ; SHOW : 'show' ; AGAINST : 'against' ; BY : 'by' ; SEEDS : 'seeds' ;
TO : 'to' ; UNTIL : 'until' ; OVER : 'over' ; STEP : 'step' ;

DIFF    : 'd(' ;                                                         // so a variable may be called d, a function not
ID      : [\p{L}_] [\p{L}\p{N}_]* ;
PERCENT : (INT | FLOAT) '%' ;
FLOAT   : DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT ;                // a digit behind the point, so 0..n is a range
INT     : DIGITS ;
STRING  : '"' (~["\\\r\n] | '\\' ~[\r\n])* '"' ;
DOC     : '///' ~[\r\n]* ;
COMMENT : '//' ~[\r\n]* ;                                                // Layout keeps it for the formatter
LINE    : '\r'? '\n' ;                                                   // Layout drops it or makes it END
SEMI    : ';' ;                                                          // Layout makes it END
SPACE   : [ \t]+ -> skip ;
OTHER   : . ;                                                            // Layout reports it

fragment DIGITS   : [0-9] [0-9_]* ;
fragment EXPONENT : [eE] [+-]? [0-9]+ ;
