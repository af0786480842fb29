using System.Diagnostics;
using Lethe.Evidence;
using Lethe.Lab;
using Lethe.Lab.Image;
using Lethe.Lab.Kernels;

namespace Lethe.Tests.Lab;

public sealed class ImageTests
{
    [Fact]
    public void Modules_come_with_what_they_depend_on_and_nothing_else()
    {
        string[] lines =
        [
            "kernel/drivers/md/dm-crypt.ko: kernel/drivers/md/dm-mod.ko kernel/crypto/cbc.ko",
            "kernel/drivers/md/dm-mod.ko:",
            "kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz",
            "kernel/drivers/block/zram/zram.ko:",
            "nonsense without a colon",
        ];
        Assert.Equal(
            [
                "kernel/crypto/cbc.ko",
                "kernel/drivers/md/dm-crypt.ko",
                "kernel/drivers/md/dm-mod.ko",
                "kernel/fs/xfs/xfs.ko.xz",
                "kernel/lib/libcrc32c.ko.xz",
            ],
            ModuleTree.WithDependencies(lines, ["dm_crypt", "xfs", "builtin"]));
    }

    [Fact]
    public void Libraries_are_read_from_what_the_linker_says() => Assert.Equal(
        ["/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"],
        SharedLibraries.Parse(
            "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f01)\n\t/lib64/ld-linux-x86-64.so.2 "
                + "(0x00007f02)\n"
        )
    );

    [Fact]
    public void A_library_is_found_for_this_architecture() => Assert.Equal(
        "/lib/x86_64-linux-gnu/libssl.so.3",
        SharedLibraries.FindIn(
            "2 libs found in cache `/etc/ld.so.cache'\n\tlibssl.so.3 (libc6) => /lib/i386-linux-gnu/libssl.so.3\n\tlibssl.so.3 "
                + "(libc6,x86-64) => /lib/x86_64-linux-gnu/libssl.so.3\n",
            "libssl.so.3"
        )
    );

    [Fact]
    public void The_archive_is_one_that_others_can_read()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        using (FileStream stream = File.Create($"{directory}/test.cpio"))
        using (var archive = new CpioWriter(stream))
        {
            archive.Directory("/proc");
            archive.File("/bin/program", "content"u8);
            archive.Link("/bin/sh", "/bin/program");
        }

        using var reader = Process.Start(
            new ProcessStartInfo("/bin/busybox", ["cpio", "-idm", "-F", "test.cpio"])
            {
                WorkingDirectory = directory,
                RedirectStandardError = true,
            }
        )!;
        reader.WaitForExit();
        Assert.Equal(0, reader.ExitCode);
        Assert.Equal("content", File.ReadAllText($"{directory}/bin/program"));
        Assert.Equal("/bin/program", new FileInfo($"{directory}/bin/sh").LinkTarget);
        Assert.True(Directory.Exists($"{directory}/proc"));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void The_guests_first_program_is_a_shell_script() => Assert.StartsWith("#!/bin/busybox sh\n", GuestImage.InitScript());

    [Fact]
    public void A_file_that_is_no_kernel_is_refused_whatever_it_holds()
    {
        string path = Path.GetTempFileName();
        var random = new Random(20261122);
        for (int test = 0; test < 2000; test++)
        {
            byte[] bytes = new byte[random.Next(0x800)];
            random.NextBytes(bytes);
            // Every other one has the magic, and a version that points anywhere.
            if (test % 2 == 0 && bytes.Length > 0x210) "HdrS"u8.CopyTo(bytes.AsSpan(0x202));
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.Matches("^[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}$", BootableKernel.ReleaseOf(path));
            }
            catch (LabException refusal)
            {
                Assert.Equal(ExitCode.Usage, refusal.ExitCode);
            }
        }

        File.Delete(path);
        Assert.Throws<LabException>(() => BootableKernel.ReleaseOf("/no/such/kernel"));
        Assert.Throws<LabException>(() => BootableKernel.ReleaseOf("/tmp"));
    }

    [Theory]
    [InlineData(
        "debian-6.1",
        "6.1.0-56-cloud-amd64",
        "linux-image-6.1.0-9-cloud-amd64 linux-image-6.1.0-56-cloud-amd64 linux-image-6.1.0-57-amd64 linux-image-6.1.0-58-cloud-amd64-dbg"
    )]
    [InlineData(
        "debian-6.1-full",
        "6.1.0-57-amd64",
        "linux-image-6.1.0-57-amd64 linux-image-6.1.0-58-cloud-amd64 linux-image-6.1.0-58-amd64-unsigned"
    )]
    [InlineData("debian-6.12", null, "linux-image-6.12-cloud-amd64 linux-image-6.1.0-57-cloud-amd64")]
    [InlineData(
        "debian-5.10",
        "5.10.0-46-cloud-amd64",
        "linux-image-5.10.0-46-cloud-amd64 linux-headers-5.10.0-46-cloud-amd64 linux-image-6.1.0-0.deb11.52-cloud-amd64"
    )]
    [InlineData(
        "debian-7",
        "7.10.2+deb13-cloud-amd64",
        "linux-binary-7.10.2+deb13-cloud-amd64 linux-image-7.3.4+deb13-cloud-amd64 linux-image-7.10.2+deb13-cloud-amd64 "
            + "linux-image-7.11.1+deb14-cloud-amd64"
    )]
    public void The_newest_kernel_that_is_served_is_taken(string name, string? release, string packages) =>
        Assert.Equal(release, DebianKernel.All.Single(kernel => kernel.Name == name).Newest(packages.Split(' '))?.Release);

    [Fact]
    public void A_kernel_in_several_packages_is_taken_whole()
    {
        string[] packages =
        [
            "linux-base-7.3.4+deb13-cloud-amd64",
            "linux-binary-7.3.4+deb13-cloud-amd64",
            "linux-image-7.3.4+deb13-cloud-amd64",
            "linux-modules-7.3.4+deb13-cloud-amd64",
        ];
        Assert.Equal(
            packages,
            DebianKernel
                .All.Single(kernel => kernel.Name == "debian-7")
                .Newest(["linux-headers-7.3.4+deb13-cloud-amd64", "linux-modules-7.3.3+deb13-cloud-amd64", .. packages])
                ?.Packages
        );
    }

    [Fact]
    public void The_archive_is_where_this_machine_gets_its_own_packages()
    {
        const string Targets =
            "http://other/debian/ bookworm stable\nhttp://a/debian/ bookworm main\nhttp://b/security/ bookworm-security main\n";
        Assert.Equal("http://a/debian/", DebianArchive.PlaceIn(Targets, "bookworm", "trixie-backports"));
        Assert.Equal("http://b/security/", DebianArchive.PlaceIn(Targets, "bookworm", "bullseye-security"));
        Assert.Null(DebianArchive.PlaceIn(Targets, "trixie", "sid"));
    }

    [Fact]
    public void What_is_missing_is_named_with_the_one_command_that_gets_it()
    {
        var missing = Prerequisites.Missing(path => path is not ("/bin/kmod" or "/sbin/depmod" or "/usr/bin/ndctl"));
        Assert.Equal(["/bin/kmod", "/sbin/depmod", "/usr/bin/ndctl"], missing.Select(requirement => requirement.Program));
        Assert.Equal("apt-get install --no-install-recommends -y kmod ndctl", Prerequisites.InstallCommand(missing));
        Assert.Empty(Prerequisites.Missing(_ => true));
    }

    [Fact]
    public void The_cache_holds_whole_files_only()
    {
        var cache = new Cache(Directory.CreateTempSubdirectory().FullName);
        Assert.Throws<LabException>(() => cache.File("images/a", path =>
        {
            File.WriteAllText(path, "half");
            throw new IOException("no space left");
        }));
        Assert.Empty(Directory.GetFiles(cache.Root, "*", SearchOption.AllDirectories));
        string made = cache.File("images/a", path => File.WriteAllText(path, "whole"));
        Assert.Equal("whole", File.ReadAllText(made));
        Assert.Equal(made, cache.File("images/a", _ => Assert.Fail("made twice")));
        cache.File("images/b", path => File.WriteAllText(path, "newer"));
        File.SetLastWriteTimeUtc(made, DateTime.UtcNow.AddHours(-1));
        cache.Prune("images", "*", keep: 1);
        Assert.Equal(["b"], Directory.GetFiles(cache.Root, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Throws<LabException>(() => new Cache("/proc/nowhere").File("a", path => File.WriteAllText(path, "")));
        Directory.Delete(cache.Root, recursive: true);
    }
}
