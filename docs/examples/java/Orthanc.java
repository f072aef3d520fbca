import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An emulated Orthanc, by its control routes. `java Orthanc.java http://127.0.0.1:8042` runs the example below. */
final class Orthanc {
    private final HttpClient client = HttpClient.newHttpClient();
    final String url;

    Orthanc(String url) {
        this.url = url;
    }

    /** The status of a request to Orthanc. */
    int get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    /** A control route; an AssertionError tells what there was instead of what was expected. */
    String post(String path, String json) throws Exception {
        URI target = URI.create(url + "/emulator/" + path);
        HttpRequest request = HttpRequest.newBuilder(target).POST(BodyPublishers.ofString(json)).build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new AssertionError(answer.body());
        }
        return answer.body();
    }

    /** A server of its own, for one test among others that run at once. */
    Orthanc session() throws Exception {
        Matcher found = Pattern.compile("\"url\": \"([^\"]*)\"").matcher(post("sessions", "{}"));
        if (!found.find()) {
            throw new AssertionError("no URL");
        }
        return new Orthanc(found.group(1));
    }

    static void check(boolean isSo, String what) {
        if (!isSo) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Orthanc orthanc = new Orthanc(arguments[0]).session();
        orthanc.post("faults", "{\"status\": 503, \"path\": \"/patients\"}");
        check(orthanc.get("/patients") == 503, "the first request fails");
        check(orthanc.get("/patients") == 200, "the second one does not");
        orthanc.post("requests/expect", "{\"method\": \"GET\", \"path\": \"/patients\", \"times\": 2}");
        try {
            orthanc.post("requests/expect", "{\"method\": \"DELETE\", \"path\": \"*\"}");
            throw new IllegalStateException("nothing was deleted");
        } catch (AssertionError expected) {
            check(expected.getMessage().contains("DELETE"), "what was expected is told");
        }
        orthanc.post("reset", "{}");
        System.out.println("done");
    }
}
