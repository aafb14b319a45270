// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "server/domain/id.hpp"
#include "server/domain/instant.hpp"
#include "server/domain/permission.hpp"

namespace cardea::server {
namespace {

TEST(Id, RefusesAnotherKindsPrefixAndEveryOtherForm) {
  const std::string good = DoorId::make().text();
  ASSERT_TRUE(DoorId::parse(good).ok());
  EXPECT_FALSE(PersonId::parse(good).ok());
  EXPECT_FALSE(DoorId::parse("").ok());
  EXPECT_FALSE(DoorId::parse("door").ok());
  EXPECT_FALSE(DoorId::parse(good + "0").ok());
  EXPECT_FALSE(DoorId::parse(good.substr(0, good.size() - 1)).ok());
  EXPECT_FALSE(DoorId::parse("door-0193f0c27d1e7c3b9a550c0ffee0d00d").ok());
  EXPECT_FALSE(DoorId::parse("door_0193F0C27D1E7C3B9A550C0FFEE0D00D").ok());
  EXPECT_FALSE(DoorId::parse("door_0193f0c27d1e7c3b9a550c0ffee0d00g").ok());
}

TEST(Id, IsAUuidOfVersion7AndReadsBackFromItsText) {
  const DoorId id = DoorId::make();
  EXPECT_EQ(id.bytes[6] >> 4, 7);
  EXPECT_EQ(id.bytes[8] >> 6, 2);
  EXPECT_EQ(DoorId::parse(id.text()).value(), id);
  EXPECT_NE(DoorId::make(), id);
}

TEST(Instant, RefusesWhatIsNotRfc3339) {
  for (const char* text :
       {"", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21 09:30:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z", "2026-11-21T09:30:60Z", "2026-11-21T09:30:00Zx",
        "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00+0100", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

// Expected values from `date -u -d TEXT +%s`.
TEST(Instant, ReadsOffsetsAndFractionsAndWritesUtc) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z")->value, 0u);
  EXPECT_EQ(parse_instant("2026-11-21T09:30:00Z")->value, 1'795'253'400u);
  EXPECT_EQ(parse_instant("2026-11-21T10:30:00.25+01:00")->value, 1'795'253'400u);
  EXPECT_EQ(parse_instant("2026-11-21T02:00:00-07:30")->value, 1'795'253'400u);
  EXPECT_EQ(text_of(UnixSeconds{1'795'253'400}), "2026-11-21T09:30:00Z");
  EXPECT_EQ(text_of(UnixSeconds{951'782'400}), "2000-02-29T00:00:00Z");
}

TEST(Permission, GivesAnEmptySetNothingButWhatIsPublic) {
  const PermissionSet nobody;
  for (std::size_t i = 1; i < permission_count; ++i) EXPECT_FALSE(nobody.has(static_cast<Permission>(i)));
  EXPECT_TRUE(nobody.has(Permission::kPublic));
  EXPECT_FALSE(role_of("").has_value());
  EXPECT_FALSE(role_of("root").has_value());
}

TEST(Permission, GivesNoRoleButTheOwnersWhatMakesOthersMighty) {
  for (const Role role : {Role::kManager, Role::kInstaller, Role::kAuditor, Role::kSupport})
    for (const Permission permission : {Permission::kKeysWrite, Permission::kOperatorsWrite, Permission::kCodesReveal,
                                        Permission::kWorkspaceWrite, Permission::kLocksRelease, Permission::kAccountOwn})
      EXPECT_FALSE(permissions_of(role).has(permission)) << name_of(role) << " " << name_of(permission);
  EXPECT_FALSE(permissions_of(Role::kOwner).has(Permission::kAccountOwn));  // that one comes with signing in
  EXPECT_FALSE(permissions_of(Role::kInstaller).has(Permission::kLocksUnlock));
  for (const Role role : {Role::kAuditor, Role::kSupport})
    for (std::size_t i = 1; i < permission_count; ++i) {
      const auto permission = static_cast<Permission>(i);
      EXPECT_TRUE(!permissions_of(role).has(permission) || name_of(permission).ends_with(":read")) << name_of(permission);
    }
}

TEST(Permission, ASetCoversItsPartsAndNothingMore) {
  PermissionSet doors;
  doors.add(Permission::kDoorsRead);
  EXPECT_TRUE(PermissionSet::all().covers(doors));
  EXPECT_FALSE(doors.covers(PermissionSet::all()));
  EXPECT_TRUE(doors.covers(PermissionSet{}));
}

TEST(Permission, ReadsBackEverySetAndRefusesAnUnknownName) {
  EXPECT_FALSE(parse_permissions("doors:read doors:fly"));
  EXPECT_FALSE(parse_permissions("public"));
  EXPECT_FALSE(parse_permissions("account:own"));
  for (std::size_t i = 0; i < role_count; ++i) {
    const PermissionSet set = permissions_of(static_cast<Role>(i));
    EXPECT_EQ(parse_permissions(text_of(set)), set) << i;
    EXPECT_EQ(role_of(name_of(static_cast<Role>(i))), static_cast<Role>(i));
  }
}

}  // namespace
}  // namespace cardea::server
