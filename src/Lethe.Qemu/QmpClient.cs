using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lethe.Linux;

namespace Lethe.Qemu;

/// <summary>
/// Talks to QEMU's monitor (QEMU Machine Protocol): one JSON object a line. The other end may be anybody's: lines are bounded, what is
/// not as the protocol has it is refused, and who waits says how long.
/// </summary>
/// <param name="socket">A connected socket; closed with this.</param>
public sealed class QmpClient(Socket socket) : IDisposable
{
    // The longest answer is the tree of a machine's memory, some hundred kilobytes for large machines.
    private const int LongestAnswer = 4 << 20, LongestQuote = 200;

    // No object twice in one, as readers differ in which of the two they take.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly LineSocket lines = new(socket, LongestAnswer);

    /// <summary>Connects to a monitor by its path.</summary>
    /// <exception cref="SocketException">Nobody listens there, or not for this user.</exception>
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

    /// <summary>The process at the other end: the one that listened when it was connected to.</summary>
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
    /// <exception cref="IOException">The other end is gone, or is no monitor (<see cref="QmpException"/>).</exception>
    public async Task Greet(CancellationToken cancel)
    {
        if ((await ReadObject(cancel))["QMP"] is null) throw new QmpException("no greeting of a QMP monitor");
        await Execute("qmp_capabilities", null, cancel);
    }

    /// <summary>Runs a command and gives back what it returned.</summary>
    /// <exception cref="IOException">The other end is gone, refused, or says what is no answer (<see cref="QmpException"/>).</exception>
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

    /// <summary>Asks again until an answer satisfies, without a pause when it does at once.</summary>
    /// <exception cref="IOException">The other end is gone, refused, or says what is no answer (<see cref="QmpException"/>).</exception>
    public async Task<string> Await(string query, Func<string, bool> satisfied, CancellationToken cancel)
    {
        while (true)
        {
            string status = Text(await Execute(query, null, cancel), "status") ?? "";
            if (satisfied(status)) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
        }
    }

    /// <summary>Does something with the monitor, and waits for it only so long, however much comes that is no answer.</summary>
    /// <exception cref="IOException">The other end is gone, refused, or is silent (<see cref="QmpException"/>).</exception>
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

    /// <summary>A text in an object; null where there is none.</summary>
    public static string? Text(JsonNode? node, string name) =>
        node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A number in an object; null where there is none.</summary>
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
