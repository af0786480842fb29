using System.Text;

namespace Lethe.Linux;

/// <summary>The kernel's keyrings, and keys of type <c>user</c>: any holder may read their payload.</summary>
[CHeader("linux/keyctl.h")]
internal static class Keyring
{
    /// <summary>The keyring of the calling process.</summary>
    public const int KEY_SPEC_PROCESS_KEYRING = -2;

    /// <summary>The keyring of the calling user.</summary>
    public const int KEY_SPEC_USER_KEYRING = -4;

    /// <summary>Makes a key unusable.</summary>
    public const int KEYCTL_REVOKE = 3;

    /// <summary>Begin with a new, empty session keyring.</summary>
    public const int KEYCTL_JOIN_SESSION_KEYRING = 1;

    /// <summary>Removes all keys of a keyring.</summary>
    public const int KEYCTL_CLEAR = 7;

    /// <summary>The longest payload of a <c>user</c> key, in bytes (security/keys/user_defined.c).</summary>
    public const int LongestPayload = 32767;

    /// <summary>Puts a key or keyring into a keyring.</summary>
    public const int KEYCTL_LINK = 8;

    /// <summary>The session's keyring.</summary>
    public const int KEY_SPEC_SESSION_KEYRING = -3;

    private static nint Control(int operation, int key, int keyring = 0) =>
        SystemCall.Invoke(SystemCallNumber.SYS_keyctl, operation, key, keyring);

    /// <summary>Adds a key of type <c>user</c>.</summary>
    /// <returns>Its serial number.</returns>
    /// <exception cref="LinuxException">Over the quota, or the keyring does not take it.</exception>
    public static unsafe int Add(string description, ReadOnlySpan<byte> payload, int keyring)
    {
        // SAFETY: all three are pinned for the length of the call, which copies them. The names end with a zero byte, and the payload's
        // length is passed along.
        fixed (byte* type = "user\0"u8, name = (byte[])[.. Encoding.UTF8.GetBytes(description), 0], start = payload)
            return (int)
                Errno.Check(
                    SystemCall.Invoke(SystemCallNumber.SYS_add_key, (nint)type, (nint)name, (nint)start, payload.Length, keyring),
                    "add_key"
                );
    }

    /// <summary>Serial numbers of all keys with a payload that the caller may see (/proc/keys).</summary>
    public static IReadOnlySet<int> Keys() => File.ReadLines("/proc/keys")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 7 && words[7] is "user" or "logon" or "big_key")
        .Select(words => unchecked((int)Convert.ToUInt32(words[0], 16)))
        .ToHashSet();

    /// <summary>Gives the calling thread, and what it starts, a session keyring of its own.</summary>
    /// <exception cref="LinuxException">This kernel has no keyrings, or this user may not use them.</exception>
    public static void JoinNewSession()
    {
        Errno.Check(Control(KEYCTL_JOIN_SESSION_KEYRING, 0), "keyctl KEYCTL_JOIN_SESSION_KEYRING");
        // As at a login (pam_keyinit): without the link, the user's own keys could not be used.
        Errno.Check(Control(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING), "keyctl KEYCTL_LINK");
    }

    /// <exception cref="LinuxException">No such key, or no permission.</exception>
    public static void Revoke(int key) => Errno.Check(Control(KEYCTL_REVOKE, key), "keyctl KEYCTL_REVOKE");

    /// <summary>Removes all keys of a keyring; the kernel frees them a moment later (security/keys/gc.c).</summary>
    /// <exception cref="LinuxException">No permission.</exception>
    public static void Clear(int keyring) => Errno.Check(Control(KEYCTL_CLEAR, keyring), "keyctl KEYCTL_CLEAR");
}
