using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lethe.Linux;

namespace Lethe.Qemu;

/// <summary>
/// Talks to QEMU's monitor (QEMU Machine Protocol): one JSON object for each line. The other end is not trusted. Lines are bounded,
/// and anything that does not follow the protocol is refused. The caller bounds the time to wait.
/// </summary>
/// <param name="socket">A connected socket. Disposing of this closes it.</param>
public sealed class QmpClient(Socket socket) : IDisposable
{
    // The longest answer is the memory tree of a machine, some hundred kilobytes for large machines.
    private const int LongestAnswer = 4 << 20, LongestQuote = 200;

    // No property twice in one object: readers differ in which of the two they take.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly LineSocket lines = new(socket, LongestAnswer);

    /// <summary>Connects to a monitor by the path of its socket.</summary>
    /// <exception cref="SocketException">Nobody listens there, or this user may not connect.</exception>
    /// <exception cref="ArgumentException">No socket can have such a path.</exception>
    public static QmpClient Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new QmpClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The process at the other end: the one that listened when the socket was connected.</summary>
    public int PeerProcess
    {
        get
        {
            // struct ucred of sys/socket.h: process, user, group.
            Span<byte> credentials = stackalloc byte[12];
            socket.GetRawSocketOption(LocalSocket.SOL_SOCKET, LocalSocket.SO_PEERCRED, credentials);
            return MemoryMarshal.Read<int>(credentials);
        }
    }

    /// <summary>Reads the greeting and leaves the negotiation mode.</summary>
    /// <exception cref="IOException">The other end is gone, or is not a monitor (<see cref="QmpException"/>).</exception>
    public async Task Greet(CancellationToken cancel)
    {
        if ((await ReadObject(cancel))["QMP"] is null) throw new QmpException("no greeting of a QMP monitor");
        await Execute("qmp_capabilities", null, cancel);
    }

    /// <summary>Executes a command and returns what it returned. Events that arrive meanwhile are ignored.</summary>
    /// <exception cref="IOException">The other end is gone, refused the command, or sent an invalid answer
    /// (<see cref="QmpException"/>).</exception>
    public async Task<JsonNode?> Execute(string command, JsonObject? arguments, CancellationToken cancel)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments is not null) request["arguments"] = arguments;
        await lines.WriteLine(request.ToJsonString(), cancel);
        while (true)
        {
            JsonObject answer = await ReadObject(cancel);
            if (answer["error"] is { } error) throw new QmpException($"QEMU refused {command}: {Quoted(Text(error, "desc") ?? "")}");
            if (answer.TryGetPropertyValue("return", out JsonNode? result)) return result;
            // Anything else is an event.
        }
    }

    /// <summary>
    /// Repeats a query, every 5 ms, until its status satisfies the caller, and returns that status. It does not wait if the
    /// first one does.
    /// </summary>
    /// <exception cref="IOException">The other end is gone, refused the query, or sent an invalid answer
    /// (<see cref="QmpException"/>).</exception>
    public async Task<string> Await(string query, Func<string, bool> satisfied, CancellationToken cancel)
    {
        while (true)
        {
            string status = Text(await Execute(query, null, cancel), "status") ?? "";
            if (satisfied(status)) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
        }
    }

    /// <summary>Does something with the monitor within a time limit. Events and other output do not extend the limit.</summary>
    /// <exception cref="IOException">The other end is gone, refused, or did not answer in time (<see cref="QmpException"/>).</exception>
    public static T Within<T>(TimeSpan limit, Func<CancellationToken, Task<T>> action)
    {
        using var timed = new CancellationTokenSource(limit);
        try
        {
            return action(timed.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new QmpException("QEMU's monitor does not answer", isSilent: true);
        }
    }

    /// <summary>The text property of this name; null where there is none.</summary>
    public static string? Text(JsonNode? node, string name) =>
        node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>The number property of this name; null where there is none.</summary>
    public static long? Number(JsonNode? node, string name) =>
        node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <inheritdoc/>
    public void Dispose() => lines.Dispose();

    private async Task<JsonObject> ReadObject(CancellationToken cancel)
    {
        string line = await lines.ReadLine(cancel);
        try
        {
            return JsonNode.Parse(line, documentOptions: Strict) as JsonObject
                ?? throw new QmpException("QEMU's monitor sent what is not an object");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new QmpException($"QEMU's monitor sent what is not JSON: {Quoted(line)}");
        }
    }

    private static string Quoted(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "...";
}
