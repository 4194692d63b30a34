# Writes INPUT's text as a C++ raw string named VARIABLE to OUTPUT. Long texts are split: a literal of more than 64 KiB is
# beyond what the standard asks of a compiler.
file(READ "${INPUT}" text)
set(body "")
string(LENGTH "${text}" length)
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 30000 piece)
  string(APPEND body "\nR\"gms_text(${piece})gms_text\"")
  math(EXPR at "${at} + 30000")
endwhile()
if(body STREQUAL "")
  set(body "\"\"")
endif()
file(WRITE "${OUTPUT}" "#include \"embedded/${VARIABLE}.h\"
namespace gms::embedded {
const std::string_view ${VARIABLE} =${body};
}
")
