# Warnings, sanitizers and hardening: for all of our own code.
add_compile_definitions(_GNU_SOURCE BD_VERSION="${PROJECT_VERSION}")
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes
                    -Wmissing-prototypes -Wvla -Wformat=2
                    -Wno-format-nonliteral) # formats come through _()
if(BD_WERROR)
  add_compile_options(-Werror)
endif()

if(BD_SANITIZE)
  add_compile_options(-fsanitize=${BD_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BD_SANITIZE})
  # The tests start thousands of programs. At a fixed address, with gcc's
  # runtime inside, each starts in two thirds of the time.
  if(BD_SANITIZE MATCHES "address" AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    string(APPEND CMAKE_C_FLAGS " -fno-pie")
    string(APPEND CMAKE_EXE_LINKER_FLAGS
           " -no-pie -static-libasan -static-libubsan")
  endif()
  find_program(BD_LLD ld.lld) # hundreds of test programs, in a third of the time
  if(BD_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()
if(BD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Asserts state promises between our own parts and stay on in every build.
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO
               "${CMAKE_C_FLAGS_RELWITHDEBINFO}")

if(BD_HARDEN)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong
                      -fstack-clash-protection -fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
