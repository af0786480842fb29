using Lethe.Disposal.Launching;
using Lethe.Linux;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>What the launcher is to do comes in the order in which it works.</summary>
public sealed class LaunchListTests
{
    [Fact]
    public void Namespaces_come_first_and_private_places_after_everything_is_read_only()
    {
        using var list = new LaunchList();
        list.Add(new SealPlan("keys") { LaunchOrders = [new LaunchOrder.JoinNewSessionKeyring()] });
        list.Add(new SealPlan("segments") { Namespaces = Namespaces.CLONE_NEWIPC });
        list.Mount(Descriptor.Open("/dev/null", FileCalls.O_RDONLY), "/tmp");
        list.Add(new SealPlan("dumps") { LaunchOrders = [new LaunchOrder.ForbidCoreDumps()], Variables = [("A", "b")] });
        Assert.Equal(
            [
                new LaunchOrder.Unshare(Namespaces.CLONE_NEWIPC | Namespaces.CLONE_NEWNS),
                new LaunchOrder.JoinNewSessionKeyring(),
                new LaunchOrder.ForbidCoreDumps(),
                new LaunchOrder.MakeReadOnly(),
                new LaunchOrder.Attach(Launcher.FirstMountDescriptor, "/tmp"),
            ],
            list.Orders(readOnly: true, runtimeDirectory: null));
        Assert.Equal([("A", "b")], list.Variables);
        Assert.Single(list.Mounts);
    }

    [Fact]
    public void The_sessions_own_directory_is_made_again_where_it_is_hidden()
    {
        using var list = new LaunchList();
        list.Mount(Descriptor.Open("/dev/null", FileCalls.O_RDONLY), "/run/user");
        Assert.Equal(new LaunchOrder.MakeDirectory("/run/user/1000"), list.Orders(readOnly: false, "/run/user/1000").Last());
        Assert.DoesNotContain(list.Orders(readOnly: false, "/run/username"), order => order is LaunchOrder.MakeDirectory);
        Assert.DoesNotContain(list.Orders(readOnly: false, null), order => order is LaunchOrder.MakeDirectory);
    }

    [Fact]
    public void Nothing_is_left_that_was_made_to_mount_on_and_what_others_use_stays()
    {
        string root = Directory.CreateTempSubdirectory("lethe-launch-").FullName, place = $"{root}/a/b/c";
        using (var list = new LaunchList())
        {
            list.Mount(Descriptor.Open("/dev/null", FileCalls.O_RDONLY), place);
            // As the launcher does.
            Directory.CreateDirectory(place);
            File.WriteAllText($"{root}/a/other", "");
        }

        Assert.False(Directory.Exists($"{root}/a/b"));
        Assert.True(File.Exists($"{root}/a/other"));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void A_workload_without_seals_gets_no_order()
    {
        using var list = new LaunchList();
        Assert.Empty(list.Orders(readOnly: false, "/run/user/0"));
    }
}
