# Templates, migrations and translations become part of the binary: a
# generated assets.c holds their bytes under their path in the tree.
file(GLOB_RECURSE asset_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
     templates/* migrations/*.sql)
list(SORT asset_files)

find_program(MSGFMT msgfmt REQUIRED)
file(GLOB po_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} po/*.po)
set(mo_files "")
foreach(po IN LISTS po_files)
  string(REPLACE ".po" ".mo" mo ${po})
  set(mo_path ${CMAKE_BINARY_DIR}/assets/${mo})
  add_custom_command(
    OUTPUT ${mo_path}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/assets/po
    COMMAND ${MSGFMT} --check-format --no-hash -o ${mo_path}
            ${CMAKE_SOURCE_DIR}/${po}
    DEPENDS ${po})
  list(APPEND mo_files ${mo_path})
endforeach()

set(BD_ASSETS_C ${CMAKE_BINARY_DIR}/assets/assets.c)
add_custom_command(
  OUTPUT ${BD_ASSETS_C}
  COMMAND ${CMAKE_COMMAND} "-DFILES=${asset_files};${mo_files}"
          -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DBINARY_DIR=${CMAKE_BINARY_DIR}
          -DOUT=${BD_ASSETS_C} -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${asset_files} ${mo_files} cmake/embed.cmake
  VERBATIM)
