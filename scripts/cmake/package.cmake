# The Debian packages, which scripts/package makes: `troupe` is the program as a service, `libtroupe0`
# the library, `libtroupe-dev` what other programs are built with, and debug symbols for the first two.
# What only packages have is left out of a plain `cmake --install`.
set(_files ${CMAKE_SOURCE_DIR}/scripts/packages)
set(_library libtroupe${PROJECT_VERSION_MAJOR})

# troupe_package_files(COMPONENT DESTINATION FILE [NAME])
function(troupe_package_files component destination file)
  set(rename)
  if(ARGC GREATER 3)
    set(rename RENAME ${ARGV3})
  endif()
  install(FILES ${file} DESTINATION ${destination} ${rename} COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()

troupe_package_files(service lib/systemd/system ${_files}/troupe.service)
troupe_package_files(service lib/sysusers.d ${_files}/troupe.sysusers troupe.conf)
troupe_package_files(service /etc/logrotate.d ${_files}/troupe.logrotate troupe)
troupe_package_files(service /etc/troupe ${_files}/troupe.toml)

# troupe_package(GROUP NAME COMPONENT...): what a package is made of, and the files that each has.
string(TIMESTAMP _date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, if that is set
set(CPACK_COMPONENTS_ALL)
macro(troupe_package group name)
  set(_folder ${CMAKE_BINARY_DIR}/package/${name})
  configure_file(${_files}/changelog.in ${_folder}/changelog @ONLY)
  configure_file(${_files}/copyright.in ${_folder}/copyright @ONLY)
  execute_process(COMMAND gzip -9nf ${_folder}/changelog COMMAND_ERROR_IS_FATAL ANY)
  troupe_package_files(${group}_documents share/doc/${name} ${_folder}/changelog.gz)
  troupe_package_files(${group}_documents share/doc/${name} ${_folder}/copyright)
  string(TOUPPER ${group} _group)
  foreach(_component ${ARGN} ${group}_documents)
    list(APPEND CPACK_COMPONENTS_ALL ${_component})
    string(TOUPPER ${_component} _upper)
    set(CPACK_COMPONENT_${_upper}_GROUP ${group})
  endforeach()
  set(CPACK_DEBIAN_${_group}_PACKAGE_NAME ${name})
  file(READ ${_files}/${group}.description CPACK_COMPONENT_${_group}_DESCRIPTION)
endmacro()

file(READ ${CMAKE_SOURCE_DIR}/LICENSE _license)
string(REGEX REPLACE "^[^\n]*\n\nCopyright \\(c\\) ([^\n]*)\n\n" "" _license "${_license}")
set(_holder "${CMAKE_MATCH_1}")
string(STRIP "${_license}" _license)
string(REPLACE "\n\n" "\n.\n" _license "${_license}")
string(REPLACE "\n" "\n " _license "${_license}")

# Those of the packages in the dashboard's page, which are all under the same licence.
file(STRINGS ${CMAKE_SOURCE_DIR}/broker/dashboard/page/dist/licenses.txt _page_holders REGEX "^Copyright")
list(TRANSFORM _page_holders REPLACE "^Copyright \\([cC]\\) " "")
list(REMOVE_DUPLICATES _page_holders)
list(JOIN _page_holders "\n " _page_holders)

set(CPACK_PACKAGE_CONTACT "The Troupe authors <maintainers@troupe.example>")
troupe_package(system troupe program service)
troupe_package(runtime ${_library} library)
troupe_package(building libtroupe-dev development)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SOURCE troupe)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# The library is in a package of this very build, which nothing else knows of: it is named below.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${_files}/staged.cmake)

set(CPACK_DEBIAN_SYSTEM_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_SYSTEM_PACKAGE_DEPENDS
  "${_library} (= ${PROJECT_VERSION}), systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_SYSTEM_PACKAGE_SUGGESTS "logrotate")
set(CPACK_DEBIAN_SYSTEM_DEBUGINFO_PACKAGE ON)
set(CPACK_DEBIAN_SYSTEM_PACKAGE_CONTROL_EXTRA
  "${_files}/postinst;${_files}/prerm;${_files}/postrm;${_files}/conffiles")

set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_DEBUGINFO_PACKAGE ON)
# Up to which version programs run with the library: actors/library.md, "What may change".
if(PROJECT_VERSION_MAJOR EQUAL 0)
  math(EXPR _next_abi "${PROJECT_VERSION_MINOR} + 1")
  set(_next_abi 0.${_next_abi}~)
else()
  math(EXPR _next_abi "${PROJECT_VERSION_MAJOR} + 1")
  set(_next_abi ${_next_abi}~)
endif()
configure_file(${_files}/shlibs.in ${CMAKE_BINARY_DIR}/package/shlibs @ONLY)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA
  "${_files}/triggers;${CMAKE_BINARY_DIR}/package/shlibs")

set(CPACK_DEBIAN_BUILDING_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_BUILDING_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_BUILDING_PACKAGE_DEPENDS
  "${_library} (= ${PROJECT_VERSION}), libcaf-dev (>= 0.17.6), libboost1.81-dev, libboost-json1.81-dev, libexpected-dev")
include(CPack)
