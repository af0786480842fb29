using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lethe.Linux;

namespace Lethe.Scanning.Sources.Live;

/// <summary>QEMU's monitor (QEMU Machine Protocol): one JSON object a line. What it says is not trusted.</summary>
internal sealed class QemuMonitor : IDisposable
{
    private const int Patience = 10_000, LongestLine = 16 << 20;
    private const string OneAtATime = "it talks to one client at a time: give QEMU a second -qmp socket for this";

    private const string HowToGetOne = "give the path of the socket of QEMU's option -qmp unix:PATH,server=on,wait=off";

    private readonly Socket socket;
    private readonly StreamReader reader;

    private QemuMonitor(Socket socket)
    {
        this.socket = socket;
        reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
    }

    /// <summary>Connects, reads the greeting and leaves the negotiation.</summary>
    /// <exception cref="SourceException">Nobody answers there as QEMU does.</exception>
    public static QemuMonitor Connect(string path)
    {
        if (!File.Exists(path)) throw new SourceException($"qmp:{path}: there is no such socket", HowToGetOne);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = Patience, SendTimeout = Patience };
        QemuMonitor? monitor = null;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            monitor = new QemuMonitor(socket);
            if (monitor.ReadLine()["QMP"] is null) throw new SourceException($"{path}: no greeting of a QMP monitor");
            monitor.Execute("qmp_capabilities");
            return monitor;
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            Close(monitor, socket);
            throw new SourceException($"{path}: {failure.Message}", HowToGetOne);
        }
        catch (SourceException)
        {
            Close(monitor, socket);
            throw;
        }
    }

    /// <summary>The process that listens.</summary>
    public int Process()
    {
        // struct ucred of sys/socket.h: process, user, group.
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(LocalSocket.SOL_SOCKET, LocalSocket.SO_PEERCRED, credentials);
        return MemoryMarshal.Read<int>(credentials);
    }

    /// <summary>Runs a command.</summary>
    /// <returns>What it returned.</returns>
    /// <exception cref="SourceException">QEMU refused, or does not answer.</exception>
    public JsonNode? Execute(string command, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments.Length > 0)
        {
            var given = new JsonObject();
            foreach ((string name, string value) in arguments) given[name] = value;
            request["arguments"] = given;
        }

        try
        {
            socket.Send(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
        }
        catch (SocketException failure)
        {
            throw new SourceException($"QEMU's monitor: {failure.Message}");
        }

        while (true)
        {
            JsonObject answer = ReadLine();
            if (answer["error"] is { } error) throw new SourceException($"QEMU refused {command}: {Text(error, "desc")}");
            if (answer.TryGetPropertyValue("return", out JsonNode? result)) return result;
            // Anything else is an event.
        }
    }

    /// <summary>A text in an object; null where there is none.</summary>
    public static string? Text(JsonNode? node, string name) => node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A number in an object; null where there is none.</summary>
    public static long? Number(JsonNode? node, string name) => node is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue(out long number) ? number : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        reader.Dispose();
        socket.Dispose();
    }

    private static void Close(QemuMonitor? monitor, Socket socket)
    {
        monitor?.Dispose();
        socket.Dispose();
    }

    private JsonObject ReadLine()
    {
        var line = new StringBuilder();
        try
        {
            for (int next = reader.Read(); next != '\n'; next = reader.Read())
            {
                if (next < 0) throw new SourceException("QEMU's monitor closed the connection");
                if (line.Length == LongestLine) throw new SourceException("QEMU's monitor sends a line without end");
                line.Append((char)next);
            }

            return JsonNode.Parse(line.ToString(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw new SourceException("QEMU's monitor sent what is not an object");
        }
        catch (IOException)
        {
            throw new SourceException("QEMU's monitor does not answer", OneAtATime);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new SourceException("QEMU's monitor sent what is not JSON");
        }
    }
}
