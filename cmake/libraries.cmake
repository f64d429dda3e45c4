# Foreign libraries and the one layer that is the home of each.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

set(base_libraries yaml-0.1 jansson libcrypto)
set(store_libraries sqlite3)
set(mail_libraries libidn2 libcrypto)
set(net_libraries libcurl)
set(picture_libraries libjpeg libpng lcms2)
set(compose_libraries libcmark)
set(web_libraries libmicrohttpd)
set(inbox_libraries libseccomp)

foreach(layer IN ITEMS base store mail net picture compose web inbox)
  pkg_check_modules(${layer} REQUIRED IMPORTED_TARGET ${${layer}_libraries})
endforeach()

# Debian's libcsv, libunistring and libmodest come without pkg-config files.
find_library(CSV_LIBRARY csv REQUIRED)
find_library(UNISTRING_LIBRARY unistring REQUIRED)
find_library(MODEST_LIBRARY modest REQUIRED)
# Its pkg-config file names flags and libraries that nobody needs.
find_library(ETPAN_LIBRARY etpan REQUIRED)
# libmodest forgets that it needs libm
target_link_libraries(PkgConfig::compose INTERFACE ${MODEST_LIBRARY} m)
target_link_libraries(PkgConfig::base INTERFACE ${CSV_LIBRARY}
                                              ${UNISTRING_LIBRARY})
target_link_libraries(PkgConfig::mail INTERFACE ${UNISTRING_LIBRARY}
                                              ${ETPAN_LIBRARY})
